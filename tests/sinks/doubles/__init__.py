"""Local servers that refuse what HubSpot, Salesforce and Zendesk refuse, in their words, built from their published rules."""
