"""What an operator does in a terminal: policies, approvals, operations, halts and the audit."""
