"""Packages of translation models: found in an index, downloaded, checked, installed, removed."""
