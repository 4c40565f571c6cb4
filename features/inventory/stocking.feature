@inventory
Feature: Counting the stock

  Rule: The shopkeeper says how much there is

    @INV-001 @smoke
    Scenario: A counted stock is shown
      When the shopkeeper counts 7 "oak chairs"
      Then the stockroom confirms 7 "oak chairs"
      And 7 "oak chairs" are left

    @INV-002
    Scenario: A new count replaces the old one
      # Adding to the old count would pass wherever the old one is 0.
      Given the shopkeeper has counted 7 "oak chairs"
      When the shopkeeper counts 4 "oak chairs"
      Then 4 "oak chairs" are left

    @INV-003
    Scenario Outline: <who> cannot set the stock
      Given the shopkeeper has counted 7 "oak chairs"
      When <who> counts 100 "oak chairs"
      Then the stockroom refuses because <reason>
      And 7 "oak chairs" are left

      Examples:
        | who       | reason                          |
        | Ada       | only the shopkeeper may do this |
        | a visitor | nobody is logged in             |

  Rule: A stock is a whole number from 0 to 1000000000

    @INV-004
    Scenario Outline: A stock of <stock> is refused
      Given the shopkeeper has counted 7 "oak chairs"
      When the shopkeeper sets the stock of "oak chairs" to <stock>
      Then the stockroom refuses because the stock is not valid
      And 7 "oak chairs" are left

      Examples:
        | stock      |
        | -1         |
        | 1000000001 |
        | 1.5        |
        | "7"        |
        | true       |
        | null       |

    @INV-005
    Scenario Outline: A stock of <stock> is accepted
      When the shopkeeper counts <stock> "oak chairs"
      Then <stock> "oak chairs" are left

      Examples:
        | stock      |
        | 0          |
        | 1000000000 |

  Rule: Only what was counted has a stock

    @INV-006
    Scenario: A product that nobody counted has no stock
      When Ada asks how many "unheard-of things" are left
      Then the stockroom refuses because it does not know the product
