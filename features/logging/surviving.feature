@logging @control
Feature: Logging never gets in the way
  A service sends its log lines in the background; whatever the collector does, those who ask are answered.

  Rule: Nobody who asks waits for the collector

    @LOG-030 @fixture.hermit
    Scenario: The collector takes a request for log lines and doesn't answer it
      # Two hundred answers, each of which would have cost a log line's time-out had anything waited for it.
      Given the collector holds every request for log lines
      When a service is asked 200 times
      Then it has answered 200 times before the collector answered anything
      And all 200 log lines arrive once the collector goes on

    @LOG-031 @fixture.hermit
    Scenario: There is no collector
      When a service without a collector is asked 200 times
      Then it has answered 200 times
      And the service ends in good order

    @LOG-032 @serial @fixture.well-collector
    Scenario Outline: The collector of the whole shop is <state>
      Given Ada has shortened "https://example.com/log"
      And the log collector is <state>
      When 20 readers follow the link, one after the other
      Then every reader gets there
      And their log lines arrive once the log collector is well again

      Examples:
        | state  |
        | paused |
        | down   |
        | busy   |

  Rule: Lines wait in a bounded queue, and those there is no room for are counted

    @LOG-033 @fixture.hermit
    Scenario: More lines than there is room for
      # What arrives and what is reported as dropped is all there was: nothing goes missing uncounted.
      Given the collector holds every request for log lines
      And a service with room for 50 log lines is asked once
      When the held request has arrived and the service is asked 500 times more
      Then 51 of its log lines arrive once the collector goes on
      And the other 450 are reported as dropped

  Rule: A busy or failing collector is tried again

    @LOG-034 @fixture.hermit
    Scenario Outline: The collector is <mood> for two requests
      Given the collector is <mood> for two requests
      When a service is asked 5 times
      Then all 5 log lines arrive, each of them once

      Examples:
        | mood    |
        | busy    |
        | failing |

  Rule: A token that is refused ends the sending, is told once, and isn't shown

    @LOG-035 @fixture.hermit
    Scenario Outline: The token is <flaw>
      Given a service whose token is <flaw> is asked once and told so
      When it is asked 50 times more
      Then it has answered all 51 times
      And it has said once that its token is refused, with code <code>
      And it has not shown the token
      And the collector was asked once and not again

      Examples:
        | flaw     | code |
        | disabled | 1    |
        | rejected | 4    |

  Rule: The last lines are sent before a process ends

    @LOG-036 @fixture.hermit
    Scenario: A service ends right after its last answer
      Given a service was asked 5 times
      When nobody asks it any more
      Then the service ends in good order
      And all 5 log lines have arrived

  Rule: Production refuses what would give its logs away

    @LOG-038 @fixture.hermit @fixture.impostor
    Scenario: Somebody else answers in the collector's place
      # Encrypted is not enough: who is at the other end shows by the certificate alone.
      When a service is asked 5 times that logs to somebody with a certificate nobody vouches for
      Then it has answered 5 times
      And that somebody was called, and was told nothing

    @LOG-037 @fixture.hermit
    Scenario Outline: A service is started in production with <flaw>
      When a service is started in production with <flaw>
      Then it refuses to start because of <variable>

      Examples:
        | flaw                           | variable         |
        | an example as Splunk's token   | SPLUNK_HEC_TOKEN |
        | no token for Splunk            | SPLUNK_HEC_TOKEN |
        | an unprotected way to Splunk   | SPLUNK_HEC_URL   |
