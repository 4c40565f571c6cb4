@orders @serial @control @fixture.interruption
Feature: Ordering while a neighbour is down

  Background:
    Given the shop has 5 "walnut desks" left

  Rule: No order is written while it cannot be checked

    @RES-009
    Scenario Outline: The <neighbour> is down
      Given the <neighbour> is down
      When Ada orders 2 "walnut desks" as order "blind"
      Then Ada's order is put off because the <neighbour> is not available
      And nobody finds the order "blind"

      Examples:
        | neighbour |
        | directory |
        | catalogue |
        | stockroom |

  Rule: A neighbour that keeps failing is left in peace for a while

    @RES-010
    Scenario: The shop stops asking
      # The directory answers again: an order desk that asked it would learn so.
      Given the directory was silent until the order desk stopped asking it
      And the directory answers again
      When Ada orders 2 "walnut desks" as order "early" with a request number of her own
      Then Ada's order is put off because the directory is not available
      And the directory has not heard of Ada's request
      And nobody finds the order "early"

    @RES-011
    Scenario: The shop asks again after a while
      Given the directory was down until the order desk stopped asking it
      And the directory is up again
      When Ada keeps trying to order 2 "walnut desks"
      Then Ada's order is in time accepted
      And in the end 3 "walnut desks" are left
