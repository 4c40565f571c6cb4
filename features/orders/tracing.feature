@orders @events
Feature: Following one request through the whole shop

  Rule: A request's number goes wherever the request goes

    @EVT-016 @fixture.listening
    Scenario: From the order to the mail
      # The number crosses a queue and two topics on the way.
      Given the shop has 5 "walnut desks" left
      When Ada orders 2 "walnut desks" with a request number of her own
      Then the answer bears Ada's request number
      And the stockroom's announcement bears Ada's request number
      And the mail about Ada's order bears Ada's request number

    @EVT-017 @fixture.listening
    Scenario: The trace goes the same way
      Given the shop has 5 "walnut desks" left
      When Ada orders 2 "walnut desks" within a trace of her own
      Then the stockroom's announcement belongs to Ada's trace
      And the mail about Ada's order belongs to Ada's trace

    @EVT-018 @control
    Scenario: Every part writes the number into its log
      Given the shop has 5 "walnut desks" left
      When Ada orders 2 "walnut desks" with a request number of her own
      Then Ada's request number is soon in the log of every part the order passes
