"""The contract of messages: the bus is held against the AsyncAPI document, consumers are fuzzed from it."""
