@logging @control
Feature: A request's log lines are found by its number

  Rule: Every service sends its log lines to the collector

    @LOG-020
    Scenario Outline: The lines of <service> reach the collector
      When <service> gets a request with an id
      Then the collector has a line of <service> with time, level, service, id, route, status and duration

      Examples:
        | service      |
        | users        |
        | users-lambda |
        | auth         |
        | products     |
        | inventory    |
        | orders       |
        | links        |
        | todos        |

  Rule: One number finds all that was done for a request

    @LOG-021
    Scenario: From the order desk through the queues to those who work for it
      # A line for the request alone would be found as well: both ends of both queues are looked for.
      Given the shop has 5 "walnut desks" left
      When Ada orders 2 "walnut desks" with a request number of her own
      Then the collector has lines of all four services with Ada's request number
      And lines of those who handle the order and its outcome

  Rule: Nothing secret reaches the collector

    @LOG-022
    Scenario: What people tell in confidence stays out
      When Ada signs up, logs in, is mistaken for once, orders, shortens a link and notes a todo
      Then the collector has the lines of all that
      And it has no line with a password, a token, an API key or an e-mail address of hers

    @LOG-023
    Scenario: Not even by way of an error
      # What can't be read is logged with its error; what stands in it must not be.
      When a message that nobody can read brings an e-mail address and a password
      Then the collector has a line about the message
      And it has no line with the address or the password
