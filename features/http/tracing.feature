@http
Feature: How requests are followed

  Rule: A request id is accepted, or made, and returned

    @HTP-050
    Scenario Outline: <service> returns the request id it was given
      When <service> gets a request with an id
      Then the answer carries that id

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

    @HTP-051 @reads
    Scenario Outline: <service> makes an id where none was given
      When <service> gets two requests without an id
      Then the answers carry two different ids

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

    @HTP-052
    Scenario Outline: An id that is <flaw> is replaced
      # Whatever is echoed and logged unchecked can forge log lines and headers.
      When users gets a request with an id that is <flaw>
      Then the answer carries another id

      Examples:
        | flaw               |
        | too long           |
        | full of spaces     |
        | a piece of markup  |

    @HTP-053
    Scenario Outline: Refusals of <service> carry the id as well
      When <service> refuses a request with an id
      Then the answer carries that id

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

  Rule: A W3C trace is passed on

    @HTP-054
    Scenario Outline: <service> goes on with the trace it was given
      When <service> gets a request of a trace
      Then the answer belongs to that trace

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

  Rule: Every request is one log line in JSON, with its id, and without secrets

    @HTP-055 @control
    Scenario Outline: <service> logs what it was asked
      When <service> gets a request with an id
      Then a log line of <service> says time, level, service, id, route, status and duration

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

    @HTP-056 @control
    Scenario: Nothing secret is logged
      # The log lines are found by request id, so each of them is known to exist.
      When Ada signs up, logs in, is mistaken for once, orders, shortens a link and notes a todo
      Then none of the log lines holds a password, a token, an API key or an e-mail address

  Rule: The id travels to every service that is asked in turn

    @HTP-057 @control
    Scenario: An order is followed through the services it asks
      When Ada orders something under a request id
      Then the logs of orders, users, products and inventory carry that id
