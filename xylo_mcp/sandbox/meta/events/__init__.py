"""Events of Meta's sandbox: what servers tell a pixel."""
