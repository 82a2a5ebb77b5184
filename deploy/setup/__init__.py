"""What has to be there before the parts of a composed installation can work: room, secrets, certificates, topics, templates.

    python -m deploy.setup prepare   looks at the machine; makes secrets and certificates where they are missing
    python -m deploy.setup apply     makes log topics, index templates and the key for dashboards; starts the first files

Both do nothing to what is there already, so that they run at each start.
"""
