@monitor @control @fixture.machines @function.watchInstances
Feature: Watching the instances
  Whoever looks after the platform hears of an instance that is too busy, and hears of it once.

  Rule: An instance above 80 percent over five minutes is announced

    @MON-001 @smoke
    Scenario: A busy instance is announced
      Given the instance "web" runs
      And "web" was busy at 95, 90, 85 and 92 percent in the last minutes
      When the instances are watched
      Then one alert says that "web" was at 90.5 percent

    @MON-002
    Scenario Outline: Figures of <percents> percent are <announced> alerts
      # The average counts: neither the highest figure nor the last one does. Exactly 80 is not above 80.
      Given the instance "web" runs
      And "web" was busy at <percents> percent in the last minutes
      When the instances are watched
      Then there are <announced> alerts about "web"
      And there are still <announced> alerts about "web" after the next watch

      Examples:
        | percents             | announced |
        | 80, 80, 80 and 80    | 0         |
        | 79.5, 80.5, 81, 79   | 0         |
        | 80, 80, 80 and 80.04 | 1         |
        | 100, 100, 20 and 95  | 0         |
        | 60, 65, 100 and 99   | 1         |
        | 0, 0, 0 and 0        | 0         |
        | 100                  | 1         |

    @MON-003
    Scenario: What was longer ago doesn't count
      Given the instance "web" runs
      And "web" was busy at 100, 100, 100 and 100 percent before that
      And "web" was busy at 70, 70, 70 and 70 percent in the last minutes
      When the instances are watched
      Then there are 0 alerts about "web"

    @MON-008
    Scenario: Each figure counts alike
      # The average of the minutes' averages would be 75: a minute with few figures would count as much as one with many.
      Given the instance "web" runs
      And "web" was busy at 100, 100 and 100 percent within one minute before that
      And "web" was busy at 50 percent in the last minutes
      When the instances are watched
      Then one alert says that "web" was at 87.5 percent

    @MON-004
    Scenario: Each busy instance has an alert of its own
      Given the instance "web" runs
      And the instance "worker" runs
      And "web" was busy at 90, 90, 90 and 90 percent in the last minutes
      And "worker" was busy at 85, 85, 85 and 85 percent in the last minutes
      When the instances are watched
      Then one alert says that "web" was at 90 percent
      And one alert says that "worker" was at 85 percent

    @MON-005
    Scenario: The schedule's way
      # A schedule doesn't wait for an answer.
      Given the instance "web" runs
      And "web" was busy at 95, 95, 95 and 95 percent in the last minutes
      When the instances are watched by schedule
      Then there is 1 alert about "web"

    @MON-006
    Scenario: An alert can be traced
      Given the instance "web" runs
      And "web" was busy at 95, 95, 95 and 95 percent in the last minutes
      When the instances are watched
      Then the alert about "web" carries the request it came from

    @MON-007 @serial
    Scenario: However many there are
      # EC2 is asked for 50 at a time.
      Given 55 instances run, the last of them "web"
      And "web" was busy at 95, 95, 95 and 95 percent in the last minutes
      When the instances are watched
      Then one alert says that "web" was at 95 percent

  Rule: Only running instances are watched

    @MON-010
    Scenario: A stopped instance
      Given the instance "web" runs
      And "web" was busy at 95, 95, 95 and 95 percent in the last minutes
      And "web" is stopped
      When the instances are watched
      Then there are 0 alerts about "web"

    @MON-011
    Scenario: An instance without figures is not busy, and is logged
      Given the instance "web" runs
      When the instances are watched
      Then there are 0 alerts about "web"
      And it is logged that there are no figures of "web"

  Rule: A breach is announced once

    @MON-020
    Scenario: A breach that goes on
      Given the instance "web" runs
      And a breach of "web" was announced
      And "web" was busy at 100, 100, 100 and 100 percent in the last minutes
      When the instances are watched 3 times more
      Then there is 1 alert about "web"

    @MON-021
    Scenario: Many monitors at once
      Given the instance "web" runs
      And "web" was busy at 95, 95, 95 and 95 percent in the last minutes
      When 6 monitors watch the instances at the same moment
      Then there is 1 alert about "web"
      And there is still 1 alert about "web" after the next watch

    @MON-022
    Scenario: A new breach after recovery
      Given the instance "web" runs
      And a breach of "web" was announced
      And "web" has come down to 60 percent
      And "web" was busy at 100, 100, 100, 100 and 100 percent in the last minutes
      And "web" was busy at 100, 100, 100, 100 and 100 percent in the last minutes
      When the instances are watched
      Then there are 2 alerts about "web"

    @MON-023
    Scenario Outline: A breach ends at <average> percent or below
      Given the instance "web" runs
      And a breach of "web" was announced
      When "web" has come down to <average> percent
      Then nothing is remembered of "web"
      And there is 1 alert about "web"

      Examples:
        | average |
        | 80      |
        | 50      |

  Rule: The breach of an instance that is gone is over

    @MON-030
    Scenario: An instance is taken away
      Given the instance "web" runs
      And a breach of "web" was announced
      And "web" is taken away
      When the instances are watched
      Then nothing is remembered of "web"
      And there is 1 alert about "web"

    @MON-031
    Scenario: An instance that was stopped comes back as busy as before
      Given the instance "web" runs
      And a breach of "web" was announced
      And "web" was stopped, which was noticed, and runs again
      When the instances are watched
      Then there are 2 alerts about "web"
