@todos @control
Feature: How todos starts

  Rule: Production refuses to start with a default secret, or a short one

    @TOD-090
    Scenario Outline: Todos is started in production with <secret>
      When todos is started in production with <secret>
      Then it refuses to start and names the variable

      Examples:
        | secret                          |
        | the secret of development       |
        | a secret of 31 characters       |
        | no secret                       |

    @TOD-091
    Scenario: A chosen secret is accepted
      # Refusing every secret would pass the others.
      When todos is started in production with a secret of 32 characters
      Then it starts

  Rule: Without its database todos is not well

    @TOD-092
    Scenario: The database is not there
      # Answering 500 would tell what the database is; not starting at all would need somebody to start it later.
      When todos is started without its database, and asked how it is
      Then it has answered 503 and when to try again
