"""`klankbord playbook schema`: what editors complete and check by."""

import json

import click

from playbook.schema import schema


@click.command(name="schema")
def print_schema() -> None:
    """Print the JSON schema of playbook.yaml, for editors."""
    click.echo(json.dumps(schema(), indent=1, ensure_ascii=False))
