@products
Feature: Keeping the catalogue

  Rule: The shopkeeper adds products

    @PRD-001 @smoke
    Scenario: A new product is in the catalogue
      When the shopkeeper adds "walnut desk" priced at 49900 "EUR"
      Then the catalogue confirms "walnut desk" priced at 49900 "EUR"
      And the catalogue shows "walnut desk" priced at 49900 "EUR"

    @PRD-002
    Scenario: The answer says where the new product is found
      When the shopkeeper adds "walnut desk" priced at 49900 "EUR"
      Then the place named in the answer shows the product "walnut desk"

    @PRD-003
    Scenario: Two products of one name are two products
      Given the catalogue has "walnut desk" priced at 49900 "EUR"
      When the shopkeeper adds a second "walnut desk" priced at 100 "EUR"
      Then the two products are told apart

  Rule: Only the shopkeeper changes the catalogue

    @PRD-004
    Scenario Outline: <who> cannot add a product
      When <who> adds "walnut desk" priced at 49900 "EUR"
      Then the catalogue refuses because <reason>

      Examples:
        | who       | reason                          |
        | Ada       | only the shopkeeper may do this |
        | a visitor | nobody is logged in             |

    @PRD-005
    Scenario Outline: <who> cannot change a product
      Given the catalogue has "walnut desk" priced at 49900 "EUR"
      When <who> prices the "walnut desk" at 1 "EUR" having seen its last state
      Then the catalogue refuses because <reason>
      And the catalogue shows "walnut desk" priced at 49900 "EUR"

      Examples:
        | who       | reason                          |
        | Ada       | only the shopkeeper may do this |
        | a visitor | nobody is logged in             |

    @PRD-006
    Scenario Outline: <who> cannot remove a product
      Given the catalogue has "walnut desk" priced at 49900 "EUR"
      When <who> removes the "walnut desk"
      Then the catalogue refuses because <reason>
      And the catalogue shows "walnut desk" priced at 49900 "EUR"

      Examples:
        | who       | reason                          |
        | Ada       | only the shopkeeper may do this |
        | a visitor | nobody is logged in             |

  Rule: A price is a whole number of minor units from 0 to 1000000000

    @PRD-007
    Scenario Outline: A price of <price> is refused
      When the shopkeeper adds "walnut desk" with the price <price>
      Then the catalogue refuses because the price is not valid

      Examples:
        | price      |
        | -1         |
        | 1000000001 |
        | 499.5      |
        | "499"      |
        | true       |
        | null       |

    @PRD-008
    Scenario Outline: A price of <price> is accepted
      When the shopkeeper adds "walnut desk" priced at <price> "EUR"
      Then the catalogue shows "walnut desk" priced at <price> "EUR"

      Examples:
        | price      |
        | 0          |
        | 1000000000 |

  Rule: A product has a name, a price and a currency

    @PRD-009
    Scenario Outline: A product with <flaw> is refused
      When the shopkeeper adds a product with <flaw>
      Then the catalogue refuses because the product is not complete

      Examples:
        | flaw                     |
        | no name                  |
        | an empty name            |
        | a name of 129 characters |
        | no price                 |
        | no currency              |
        | a currency in lower case |
        | a currency of 4 letters  |

  Rule: Only what is in the catalogue can be seen, changed or removed

    @PRD-010
    Scenario: An unknown product cannot be seen
      When Ada looks at a product that never was
      Then the catalogue refuses because it does not know the product

    @PRD-011
    Scenario: An unknown product cannot be changed
      # A plain put would create it.
      When the shopkeeper prices a product that never was
      Then the catalogue refuses because it does not know the product

    @PRD-012
    Scenario: An unknown product cannot be removed
      When the shopkeeper removes a product that never was
      Then the catalogue refuses because it does not know the product

    @PRD-013
    Scenario: A removed product is gone
      Given the catalogue has "walnut desk" priced at 49900 "EUR"
      When the shopkeeper removes the "walnut desk"
      Then the catalogue confirms the removal
      And the catalogue no longer shows "walnut desk"
