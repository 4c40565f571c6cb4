@http @control @serial
Feature: How services bear outages

  Rule: Without what it can't work without, a service is not well, and waits for nobody for ever

    @HTP-071 @fixture.mended-stack
    Scenario: Health tells that the store does not answer
      Given the store has stopped answering
      When every service of the store is asked how it is
      Then each answers 503 and when to try again within 10 seconds

    @HTP-074 @fixture.mended-stack
    Scenario: The store hangs while it is asked for something
      # Not the health check, which has a short patience of its own: what every caller waits for.
      Given the store has stopped answering
      When every service of the store is asked for something it keeps
      Then each answers 503 and when to try again within 9 seconds

    @HTP-072 @fixture.mended-stack
    Scenario: The counter of limits does not answer
      # Letting everybody through, or nobody for ever, would both be wrong.
      Given the counter of limits has stopped answering
      When auth, links and todos are asked for something that is limited
      Then each answers 503 and when to try again within 10 seconds

    @HTP-073 @fixture.mended-stack
    Scenario: An outage passes
      Given the store had stopped answering, and every service said so
      When the store answers again
      Then every service is soon well
