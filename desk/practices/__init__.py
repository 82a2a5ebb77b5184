"""Best practices: harvested from what went well, approved by people, shown where something similar comes in."""
