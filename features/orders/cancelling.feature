@orders
Feature: Cancelling orders

  Background:
    Given the shop has 5 "walnut desks" left

  Rule: A confirmed order's stock comes back, once

    @ORD-060 @smoke @function.releaseStock
    Scenario: The stock comes back
      Given Ada has ordered 2 "walnut desks" and they were confirmed
      When Ada cancels her order
      Then the shop confirms the cancellation
      And Ada's order is cancelled
      And in the end 5 "walnut desks" are left

    @ORD-061 @function.releaseStock
    Scenario: Cancelling twice is refused and gives nothing more back
      Given Ada has ordered 2 "walnut desks" and they were confirmed
      And Ada has cancelled her order
      When Ada cancels her order
      Then Ada is refused because the order cannot be cancelled
      And in the end 5 "walnut desks" are left

    @ORD-062 @function.releaseStock
    Scenario: Of many cancellations at the same moment exactly one counts
      Given Ada has ordered 2 "walnut desks" and they were confirmed
      When Ada cancels her order 6 times at the same moment
      Then exactly one of the cancellations is confirmed
      And all others are refused because the order cannot be cancelled
      And in the end 5 "walnut desks" are left

    @ORD-063
    Scenario: The release message delivered three times gives the stock back once
      Given Ada has ordered 2 "walnut desks" and they were confirmed
      And Ada has cancelled her order
      When the release message of Ada's order arrives 3 times more
      Then in the end 5 "walnut desks" are left

  Rule: Cancelling a pending order never takes stock in the end

    @ORD-064
    Scenario: Cancelled at once
      Given Ada has ordered 2 "walnut desks"
      When Ada cancels her order
      Then the shop confirms the cancellation
      And in the end Ada's order is cancelled
      And in the end 5 "walnut desks" are left

    @ORD-065 @serial @control @fixture.interruption
    Scenario: Cancelled before the stockroom saw the order
      Given Ada has ordered 2 "walnut desks" while the stockroom rests
      And Ada has cancelled her order
      When the stockroom works again
      Then in the end Ada's order is cancelled
      And in the end 5 "walnut desks" are left

    @ORD-066 @serial @control @fixture.listening @fixture.interruption
    Scenario: No mail for an order cancelled in time
      Given Ada has ordered 2 "walnut desks" while the stockroom rests
      And Ada has cancelled her order
      When the stockroom works again
      Then in the end Ada has got no mail about her order

  Rule: What is over cannot be cancelled

    @ORD-067 @serial @control @fixture.interruption
    Scenario: A rejected order cannot be cancelled
      Given Ada's order of 3 "walnut desks" was rejected because they were sold meanwhile
      When Ada cancels her order
      Then Ada is refused because the order cannot be cancelled
      And Ada's order is rejected

    @ORD-068
    Scenario: A cancelled order stays readable
      Given Ada has cancelled an order of 2 "walnut desks"
      When Ada looks at her order
      Then Ada sees that her order is cancelled

  Rule: Only the owner and the shopkeeper cancel an order

    @ORD-069
    Scenario: The shopkeeper cancels a shopper's order
      Given Ada has ordered 2 "walnut desks" and they were confirmed
      When the shopkeeper cancels Ada's order
      Then the shop confirms the cancellation
      And in the end 5 "walnut desks" are left

    @ORD-070
    Scenario Outline: <who> cannot cancel Ada's order
      Given Ada has ordered 2 "walnut desks" and they were confirmed
      When <who> cancels Ada's order
      Then <who> is refused because <reason>
      And Ada's order is confirmed

      Examples:
        | who       | reason              |
        | Ben       | it is not his to do |
        | a visitor | nobody is logged in |

    @ORD-071
    Scenario: An order that never was cannot be cancelled
      When Ada cancels an order that never was
      Then Ada is refused because the order is not known
