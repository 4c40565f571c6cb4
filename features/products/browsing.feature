@products
Feature: Browsing the catalogue

  Rule: Everybody may browse

    @PRD-022
    Scenario: A visitor sees a product
      Given the catalogue has "walnut desk" priced at 49900 "EUR"
      When a visitor looks at "walnut desk"
      Then the visitor sees "walnut desk" priced at 49900 "EUR"

  Rule: The catalogue can be read page by page

    @PRD-023
    Scenario: Following the pages shows every product exactly once
      Given the catalogue has 5 more products
      When Ada reads the catalogue to its end in at least 3 pages
      Then she met every product exactly once

    @PRD-024
    Scenario Outline: A page of <limit> is refused
      When Ada reads a page of <limit> of the catalogue
      Then the catalogue refuses because the page size is out of range

      Examples:
        | limit |
        | 0     |
        | 101   |
        | two   |

    @PRD-025
    Scenario: A page holds no more than was asked for
      Given the catalogue has 5 more products
      When Ada reads a page of 2 of the catalogue
      Then the page holds 2 products and says how to go on

    @PRD-026
    Scenario: A made-up cursor is refused
      When Ada continues reading the catalogue at a cursor she made up
      Then the catalogue refuses because it never gave out this cursor

  Rule: A product says what can be done next

    @PRD-027
    Scenario: A product links to itself and to ordering
      Given the catalogue has "walnut desk" priced at 49900 "EUR"
      When Ada looks at "walnut desk"
      Then the product says where it is found
      And every next step it offers is a path of the shop
