"""Every figure that bench/README.md keeps: `python -m bench [GROUP …]`."""
