@orders @serial @control @fixture.interruption
Feature: How the order desk asks its neighbours

  Background:
    Given the shop has 5 "walnut desks" left

  Rule: A question that failed is asked again, and every time is told in the log

    @RES-050
    Scenario: A neighbour that takes no questions is asked three times in all
      # Retries that nobody can count hide a neighbour that is always about to fall over.
      Given the directory is down
      When Ada orders 2 "walnut desks" with a request number of her own
      Then Ada's order is put off because the directory is not available
      And the order desk's log tells of 2 further tries at the directory, after growing pauses
      And nothing but questions was sent again

  Rule: Nobody waits long for a neighbour that hangs, and no order is written meanwhile

    @RES-051
    Scenario Outline: The <neighbour> hangs
      # Asked again and again, a slow neighbour would outlast the patience of whoever waits for the order desk.
      Given the <neighbour> hangs
      When Ada orders 2 "walnut desks" as order "blind" with a request number of her own
      Then Ada's order is put off because the <neighbour> is not available
      And Ada waited at most 5 seconds
      And the order desk's log tells of 0 further tries at the <neighbour>, after growing pauses
      And nobody finds the order "blind"

      Examples:
        | neighbour |
        | directory |
        | catalogue |
        | stockroom |

  Rule: After a pause one question goes through, and decides for all

    @RES-053
    Scenario: While one is on trial all others are refused
      # Letting all through at once would fall upon a neighbour that has just got up.
      Given the directory was down until the order desk stopped asking it
      And the directory is up again, but takes its time with Ada
      And the order desk's pause is over
      When Ada tries 5 times at the same moment to order 1 "walnut desks"
      Then the directory has heard of exactly one of Ada's tries
      And that one is accepted, and all others are put off
