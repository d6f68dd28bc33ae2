"""A stand-in for Discord on loopback: REST v10, Gateway v10 and people who act through both."""
