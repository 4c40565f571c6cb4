"""How the stack holds up: personas, scenarios, and the judges of latency and of what must be true after the load."""
