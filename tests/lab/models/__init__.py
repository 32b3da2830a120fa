"""The recap models."""
