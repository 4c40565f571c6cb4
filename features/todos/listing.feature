@todos
Feature: Listing todos

  Rule: Without a page the whole list is shown, oldest first

    @TOD-070
    Scenario: A list
      Given Ada has noted 12 things
      When Ada asks for her list
      Then all 12 are shown in the order they were noted

    @TOD-071
    Scenario: An empty list
      When Ada asks for her list
      Then Ada is shown an empty list

    @TOD-072
    Scenario: Everybody sees their own
      Given Ada has noted "A present for Ben"
      When Ben asks for his list
      Then Ben is shown an empty list

  Rule: With a page or a page size one page is shown

    @TOD-073
    Scenario Outline: <asked> of 12 todos
      Given Ada has noted 12 things
      When Ada asks for her list with <asked>
      Then page <page> of <pages> is shown, <size> a page
      And it holds <count> of 12 todos, the first of them number <first>

      Examples:
        | asked              | page | pages | size | count | first |
        | page=1             | 1    | 2     | 10   | 10    | 0     |
        | page=2             | 2    | 2     | 10   | 2     | 10    |
        | page=3             | 3    | 2     | 10   | 0     | 20    |
        | per_page=5         | 1    | 3     | 5    | 5     | 0     |
        | page=3&per_page=5  | 3    | 3     | 5    | 2     | 10    |
        | per_page=12        | 1    | 1     | 12   | 12    | 0     |
        | per_page=1         | 1    | 12    | 1    | 1     | 0     |
        | per_page=100       | 1    | 1     | 100  | 12    | 0     |

    @TOD-074
    Scenario: The pages together hold every todo once
      Given Ada has noted 12 things
      When Ada asks for her list page by page, 5 a page
      Then all 12 are shown in the order they were noted

    @TOD-075
    Scenario: An empty list has no pages
      When Ada asks for her list with page=1
      Then page 1 of 0 is shown, 10 a page
      And it holds 0 of 0 todos, the first of them number 0

    @TOD-076
    Scenario Outline: <asked> is refused
      When Ada asks for her list with <asked>
      Then it is answered 400 with an error body

      Examples:
        | asked         |
        | page=0        |
        | page=-1       |
        | page=first    |
        | per_page=0    |
        | per_page=101  |
        | per_page=ten  |
        | limit=5       |
