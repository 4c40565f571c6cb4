@inventory @events @waits @function.applyOrder
Feature: Trying again

  Rule: A message that cannot be processed is tried three times

    @EVT-011 @control
    Scenario: Three attempts, no more and no fewer
      When an unreadable message arrives
      Then every unreadable message is soon put aside, untouched
      And the stockroom tried it 3 times
