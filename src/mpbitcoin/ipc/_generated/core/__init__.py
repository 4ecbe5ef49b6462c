"""Written by mpbitcoin_project.codegen."""
