@http
Feature: How services stand

  Rule: A service that can work says so

    @HTP-040 @reads @smoke
    Scenario Outline: <service> is well
      When <service> is asked how it is
      Then it answers that "<service>" is well

      Examples:
        | service      |
        | users        |
        | users-lambda |
        | auth         |
        | products     |
        | inventory    |
        | orders       |
        | links        |
        | todos        |

  Rule: Without what it can't work without, a service says 503 and when to try again

    @HTP-070 @control
    Scenario Outline: The store refuses <service>
      # A service that passes the error of its store on would answer 500, and tell what the store is.
      When the store refuses whatever <service> asks for one thing
      Then it is answered 503 with an error body
      And the answer says when to try again
      And the answer names nothing inside

      Examples:
        | service      |
        | users        |
        | users-lambda |
        | auth         |
        | products     |
        | inventory    |
        | orders       |
        | links        |

  Rule: Flask services answer at /v1 and without it alike

    @HTP-041
    Scenario Outline: <operation> with and without /v1
      When "<operation>" is called with and without the version
      Then both answers are the same

      Examples:
        | operation    |
        | listProducts |
        | getUser      |
        | getProduct   |
        | getStock     |
        | listOrders   |
        | getOrder     |
        | listTodos    |
        | getTodo      |

    @HTP-042
    Scenario: What is written under /v1 is read without it
      # Two applications behind two paths could keep two stores.
      When a user is created under /v1
      Then the user is found without it
