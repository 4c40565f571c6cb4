@logging @http @control
Feature: The log collector answers as Splunk's does
  What the services and the forwarder are tried against must refuse what Splunk refuses, with Splunk's own codes.

  Rule: Events come with a token that is known

    @LOG-001
    Scenario: Events with a known token are kept
      When two events come with a token
      Then the collector answers 200 with code 0 "Success"
      And it keeps both events

    @LOG-002
    Scenario Outline: A sender <token>
      When an event comes <token>
      Then the collector answers <status> with code <code> "<text>"
      And it keeps nothing

      Examples:
        | token                  | status | code | text                  |
        | without a token        | 401    | 2    | Token is required     |
        | under another scheme   | 401    | 3    | Invalid authorization |
        | with an unknown token  | 403    | 4    | Invalid token         |
        | with a disabled token  | 403    | 1    | Token disabled        |

  Rule: Events are JSON objects, one after another

    @LOG-003
    Scenario Outline: <flaw> is refused
      When a sender sends <flaw>
      Then the collector answers 400 with code <code> "<text>"

      Examples:
        | flaw                         | code | text                             |
        | nothing                      | 5    | No data                          |
        | a word                       | 6    | Invalid data format              |
        | half an event                | 6    | Invalid data format              |
        | an event for a foreign index | 7    | Incorrect index                  |
        | an event without its event   | 12   | Event field is required          |
        | a blank event                | 13   | Event field cannot be blank      |
        | nested indexed fields        | 15   | Error in handling indexed fields |

    @LOG-004
    Scenario: The answer names the event that is to blame
      When a good event comes before a blank one
      Then the collector blames the second event

    @LOG-005
    Scenario: Lines of text are events of their own
      When two lines of text come with a token
      Then it keeps both events

  Rule: Events may come packed

    @LOG-006
    Scenario: Packed events are kept
      When two events come packed
      Then it keeps both events

    @LOG-007
    Scenario: What only claims to be packed is refused
      When events claim to be packed
      Then the collector answers 400 with code 6 "Invalid data format"

  Rule: A busy collector says so, and when to come again

    @LOG-008
    Scenario: Busy for one request
      Given the collector is busy for one request
      When two events come with a token
      Then the collector answers 503 with code 9 "Server is busy"
      And it says when to come again
      And the same events are taken the next time

    @LOG-009
    Scenario: Health asks for no token
      When somebody asks for the collector's health
      Then the collector answers 200 with code 17 "HEC is healthy"

  Rule: Acknowledgements are told once, to the channel they belong to

    @LOG-010
    Scenario: What was kept is acknowledged
      Given a token with acknowledgements
      When an event comes on a channel
      Then the channel is told once that it is kept
      And another channel is told nothing of it

    @LOG-011
    Scenario Outline: <request> with acknowledgements <acks>
      Given a token with acknowledgements <acks>
      When a sender sends <request>
      Then the collector answers 400 with code <code> "<text>"

      Examples:
        | acks | request                        | code | text                    |
        | on   | an event without a channel     | 10   | Data channel is missing |
        | on   | an event on a channel of words | 11   | Invalid data channel    |
        | off  | a question for acknowledgement | 14   | ACK is disabled         |
