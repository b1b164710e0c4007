"""From indices and bodies to regressions, each held to its unit of analysis first."""
