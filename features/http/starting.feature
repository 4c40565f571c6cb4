@http @control
Feature: How services start

  Rule: Production refuses to start with a default secret

    @HTP-080
    Scenario Outline: auth is started in production with the admin password <password>
      When auth is started in production with the admin password <password>
      Then it refuses to start and names the variable

      Examples:
        | password               |
        | "development-password" |
        | left out               |

    @HTP-081
    Scenario: A chosen secret is accepted
      # Refusing every password would pass all the others.
      When auth is started in production with the admin password "correct horse battery staple"
      Then it starts

    @HTP-082
    Scenario: An environment that doesn't exist
      When auth is started in the environment "prodcution"
      Then it refuses to start and names the variable
