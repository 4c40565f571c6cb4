@logging @logforwarder @control @function.forwardLogs
Feature: Log groups are forwarded without personal data
  CloudWatch Logs hands on what others have logged; the forwarder passes it to Splunk.

  Rule: Every line is forwarded once, with where and when it was logged

    @LOG-040
    Scenario: Three lines of one stream
      When CloudWatch Logs hands on three lines
      Then the collector has each of them once, with its group, its stream and its time

    @LOG-041
    Scenario: More lines than one batch takes
      When CloudWatch Logs hands on 1,200 lines
      Then the collector has all 1,200 lines
      And the forwarder says that it forwarded 1,200 lines

    @LOG-042
    Scenario: A blank line costs no other line
      # Splunk refuses a whole batch for one blank event.
      When CloudWatch Logs hands on a blank line between two others
      Then the collector has the two others

    @LOG-043
    Scenario: CloudWatch Logs only asks whether anybody is there
      When CloudWatch Logs sends a control message
      Then the forwarder forwards nothing, and that is no failure

  Rule: Personal data and secrets stay behind

    @LOG-044
    Scenario Outline: <secret> in <kind>
      When CloudWatch Logs hands on <kind> with <secret>
      Then the collector has the line without it

      Examples:
        | secret             | kind         |
        | an e-mail address  | a plain line |
        | an e-mail address  | a JSON line  |
        | a card number      | a plain line |
        | a card number      | a JSON line  |
        | a phone number     | a plain line |
        | a client's address | a plain line |
        | a client's address | a JSON line  |
        | a bearer token     | a plain line |
        | a bearer token     | a JSON line  |
        | an access key      | a plain line |
        | a password         | a plain line |
        | a password         | a JSON line  |
        | an API key         | a plain line |
        | an API key         | a JSON line  |

    @LOG-045
    Scenario Outline: What is nobody's stays: <what>
      # A forwarder that masks every number, or every line, would pass all the others.
      When CloudWatch Logs hands on a line with <what>
      Then the collector has the line as it was

      Examples:
        | what                                  |
        | an order number of sixteen digits     |
        | a time in milliseconds                |
        | a machine's private address           |
        | a status, a duration and a request id |

  Rule: What isn't from CloudWatch Logs is a clear error

    @LOG-046
    Scenario Outline: <flaw>
      When the forwarder is handed <flaw>
      Then it fails and says <reason>
      And the next good lines are forwarded

      Examples:
        | flaw                   | reason                |
        | nothing at all         | The event must be     |
        | data in no Base64      | not Base64            |
        | data that isn't packed | not gzip              |
        | packed data cut off    | cut off               |
        | packed words           | no JSON               |
        | an unknown kind        | messageType           |
        | lines without a time   | logEvents[0].timestamp |

  Rule: What Splunk doesn't take is put aside, whole and once

    @LOG-047 @serial @fixture.well-collector
    Scenario: The collector is busy for too long
      Given the log collector is busy
      When CloudWatch Logs hands on a plain line with an e-mail address
      Then the line is among the dead letters once, without it
      And the collector doesn't get it later

    @LOG-051 @serial @fixture.well-collector
    Scenario: The collector is busy for too long for many lines
      # The batches behind the one that wasn't taken are never tried; they must not be forgotten.
      Given the log collector is busy
      When CloudWatch Logs hands on 1,200 lines
      Then all the lines are among the dead letters, each of them once

    @LOG-052 @fixture.well-collector
    Scenario: The collector is busy for a moment
      # Putting lines aside at once would leave to people what the next try does.
      Given the collector turns the group's lines away for once
      When CloudWatch Logs hands on three lines
      Then the collector has each of them once, with its group, its stream and its time

    @LOG-048 @serial @fixture.well-collector
    Scenario: A line larger than a message may be
      Given the log collector is busy
      When CloudWatch Logs hands on a line of 600,000 characters
      Then its pieces among the dead letters make up the whole line

    @LOG-049 @serial @fixture.well-collector @fixture.interruption
    Scenario: The forwarder dies while it puts a line aside
      # CloudWatch Logs hands on again what was not answered.
      Given the log collector is busy
      And the forwarder is caught putting a line aside
      When the forwarder dies before it is put aside and gets the line again
      Then the line is among the dead letters once
