"""Whether the OpenAPI documents say everything that the harness and their readers rely on (`-m contracts.lint`)."""
