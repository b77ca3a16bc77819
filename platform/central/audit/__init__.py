"""The audit log: who did what, sealed into a chain that shows any later change."""
