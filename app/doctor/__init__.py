"""Checks of the installation, settings and stored data, with remedies. Changes nothing."""
