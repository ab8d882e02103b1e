"""The gate: every change passes here, or nowhere."""
