@orders @events @serial @control @fixture.interruption @function.applyOrder @function.settleOrder
Feature: Losing nothing when a part dies
  Any part may die at any moment. What was promised is still kept, and kept once.

  Background:
    Given the shop has 5 "walnut desks" left

  Rule: An order is booked once even when the stockroom dies in the middle of it

    @RES-001
    Scenario: The stockroom dies before the booking is written
      Given Ada has ordered 2 "walnut desks" while the stockroom rests
      And the stockroom is caught writing the booking of Ada's order
      When the stockroom dies before it is written and is started again
      Then Ada's order is soon confirmed
      And in the end 3 "walnut desks" are left

    @RES-002
    Scenario: The stockroom dies before it learns that the booking is written
      # Booking anew when the message comes back would take the stock twice.
      Given Ada has ordered 2 "walnut desks" while the stockroom rests
      And the stockroom is caught writing the booking of Ada's order
      When the stockroom dies, the booking is written nevertheless, and it is started again
      Then Ada's order is soon confirmed
      And in the end 3 "walnut desks" are left

    @RES-003
    Scenario: The stockroom dies between booking and announcing
      # Skipping what is already booked would leave the order pending for ever.
      Given Ada has ordered 2 "walnut desks" while the stockroom rests
      And the stockroom is caught announcing the outcome of Ada's order
      When the stockroom dies before it is announced and is started again
      Then Ada's order is soon confirmed
      And in the end 3 "walnut desks" are left

    @RES-004
    Scenario: The stockroom dies while giving stock back
      Given Ada has ordered 2 "walnut desks" and they were confirmed
      And the stockroom is caught taking Ada's cancelled order back
      When the stockroom dies, the return is written nevertheless, and it is started again
      Then in the end 5 "walnut desks" are left

    @RES-059
    Scenario: The stockroom dies before it learns that the bookings of two orders are written
      Given Ada has ordered 1 and then 2 "walnut desks" while the stockroom rests
      And Ben has ordered 1 "walnut desks" while the stockroom rests
      And the stockroom is caught booking the last two of 3 orders at once, 3 together
      When the stockroom dies, the booking is written nevertheless, and it is started again
      Then Ada's order is soon confirmed
      And Ben's order is soon confirmed
      And in the end 1 "walnut desks" are left

  Rule: An accepted order is decided even when the order desk dies right after accepting it

    @RES-005
    Scenario: The order desk dies before it passes the order on
      Given the order desk is caught passing on Ada's order of 2 "walnut desks"
      When the order desk dies and is started again
      Then Ada's order is soon confirmed
      And in the end 3 "walnut desks" are left

    @RES-058
    Scenario: The queue does not take the order at first
      # SQS says of each message of a batch whether it took it, in an answer that succeeds.
      Given the order desk is caught passing on Ada's order of 2 "walnut desks"
      When the queue does not take it
      Then Ada's order is soon confirmed

    @RES-006
    Scenario: The order desk dies after passing the order on, before noting so
      Given the order desk is caught passing on Ada's order of 2 "walnut desks"
      When the order desk dies, the order is passed on nevertheless, and it is started again
      Then the stockroom soon hears of Ada's order a second time
      And Ada's order is soon confirmed
      And in the end 3 "walnut desks" are left

    @RES-007
    Scenario: The order desk dies while accepting and Ada asks again under her key
      # Ada never heard the first answer; there must be one order all the same.
      Given the order desk died while accepting Ada's order of 2 "walnut desks" under the key "first"
      When Ada orders 2 "walnut desks" under the key "first"
      Then Ada's order is soon confirmed
      And Ada has exactly one order of "walnut desks"
      And in the end 3 "walnut desks" are left

  Rule: A confirmation is mailed once even when the mailing part dies

    @RES-008 @fixture.listening
    Scenario: The mailing part dies before the mail
      # The status is already written then; looking at it alone would lose the mail.
      Given the mailing part is caught mailing about Ada's order of 2 "walnut desks"
      When the mailing part dies before the mail is sent and is started again
      Then Ada soon gets a mail about her order
      And in the end Ada has got exactly one mail about her order
      And in the end Ada's order is confirmed
