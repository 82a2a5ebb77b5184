"""The demo's messages in their sources' native formats: what the local servers send and the real connectors parse."""
