@monitor @serial @control @fixture.machines @fixture.interruption @function.watchInstances
Feature: Watching although something fails
  Background:
    Given the instance "web" runs
    And "web" was busy at 95, 95, 95 and 95 percent in the last minutes

  Rule: No alert is lost, and none repeated without need

    @MON-040
    Scenario: The monitor dies between noticing and announcing
      # Noting the breach as announced before it is would lose the alert; not noting it at all would repeat it for ever.
      Given the monitor is caught announcing the breach of "web"
      When the monitor dies before that and is started again
      Then a later watch announces the breach of "web", and no watch after that

    @MON-041
    Scenario: The monitor dies between announcing and noting that
      # It can't be known whether the alert went out: it is sent once more, and not a third time.
      Given the monitor has announced the breach of "web" and is caught noting that
      When the monitor dies before that and is started again
      Then in the end "web" was announced 2 times, and no watch after that announces it

    @MON-044
    Scenario: Another monitor looks while an alert is being sent
      # Noticing that the alert was not noted as sent is not enough: it may be on its way.
      Given the monitor is caught announcing the breach of "web"
      And the instances were watched by another monitor meanwhile
      When the monitor goes on
      Then there is 1 alert about "web"
      And there is still 1 alert about "web" after the next watch

  Rule: One instance that can't be judged doesn't stop the others

    @MON-042
    Scenario: An alert that is not taken
      Given the instance "worker" runs
      And "worker" was busy at 95, 95, 95 and 95 percent in the last minutes
      When the instances are watched while the alert about "web" is not taken
      Then there is 1 alert about "worker"
      And the watch says that it failed, and nothing of why
      And a later watch announces the breach of "web", and no watch after that
      And there is 1 alert about "worker"

    @MON-045
    Scenario: Figures that are withheld
      # Taken for missing ones they would pass for an instance that has just been launched.
      Given the instance "worker" runs
      And "worker" was busy at 95, 95, 95 and 95 percent in the last minutes
      When the instances are watched while the figures of "web" are withheld
      Then there is 1 alert about "worker"
      And the watch says that it failed, and nothing of why
      And a later watch announces the breach of "web", and no watch after that

  Rule: What can't be seen now is looked at again

    @MON-043
    Scenario Outline: While <what> are not told
      When the instances are watched while <what> are not told
      Then the watch says that it failed, and nothing of why
      And a later watch announces the breach of "web", and no watch after that

      Examples:
        | what          |
        | the instances |
        | the figures   |
