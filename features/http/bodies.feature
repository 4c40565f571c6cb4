@http
Feature: What services take and answer

  Rule: A body is one JSON object with known fields of the right type

    @HTP-001
    Scenario Outline: <operation> is called with malformed JSON
      When "<operation>" gets the body {"a": 
      Then it is answered 400 "Request body is not valid JSON."

      Examples:
        | operation        |
        | createUser       |
        | updateUser       |
        | register         |
        | login            |
        | refresh          |
        | createProduct    |
        | replaceProduct   |
        | setStock         |
        | createOrder      |
        | updateOrder      |
        | shorten          |
        | registerTodoUser |
        | loginTodoUser    |
        | createTodo       |
        | updateTodo       |

    @HTP-002
    Scenario Outline: <operation> is called with <body>
      When "<operation>" gets the body <body>
      Then it is answered 400 "Request body must be a JSON object."

      Examples:
        | operation        | body   |
        | createUser       | []     |
        | register         | "text" |
        | createProduct    | 7      |
        | setStock         | null   |
        | createOrder      | [{}]   |
        | shorten          | true   |
        | registerTodoUser | null   |
        | createTodo       | "text" |

    @HTP-003
    Scenario Outline: <operation> is called with a field it doesn't know
      # Ignoring it would hide a misspelt name of a field that may be left out.
      When "<operation>" gets the unknown field "colour"
      Then it is answered 400 "Unknown field: colour"

      Examples:
        | operation        |
        | createUser       |
        | updateUser       |
        | register         |
        | login            |
        | refresh          |
        | createProduct    |
        | replaceProduct   |
        | setStock         |
        | createOrder      |
        | updateOrder      |
        | shorten          |
        | registerTodoUser |
        | loginTodoUser    |
        | createTodo       |
        | updateTodo       |

    @HTP-004
    Scenario Outline: <operation> is called with <value> as <field>
      When "<operation>" gets <value> as "<field>"
      Then it is answered 400 with an error body

      Examples: of the wrong type
        | operation     | field      | value  |
        | createUser    | username   | 7      |
        | createUser    | email      | ["a"]  |
        | register      | username   | {}     |
        | register      | password   | 123456789012 |
        | login         | password   | ["a"]  |
        | refresh       | refresh_token | 7   |
        | createProduct | name       | 7      |
        | createProduct | price      | "100"  |
        | createProduct | price      | true   |
        | createProduct | price      | 1.5    |
        | setStock      | stock      | "3"    |
        | setStock      | stock      | true   |
        | createOrder   | product_id | 7      |
        | createOrder   | quantity   | "1"    |
        | createOrder   | quantity   | true   |
        | createOrder   | quantity   | 1.5    |
        | shorten       | url        | 7      |
        | shorten       | url        | ["https://example.com/"] |
        | registerTodoUser | username | 7   |
        | loginTodoUser | password | ["a"]  |
        | createTodo    | task     | 7      |
        | updateTodo    | task     | {}     |
        | updateTodo    | completed | "true" |

      Examples: out of range
        | operation        | field    | value   |
        | createProduct    | name     | ""      |
        | createProduct    | price    | -1      |
        | createProduct    | currency | "euro"  |
        | setStock         | stock    | -1      |
        | createOrder      | quantity | 0       |
        | createOrder      | quantity | 101     |
        | createOrder      | quantity | -1      |
        | createTodo       | task     | ""      |
        | registerTodoUser | password | "short" |

    @HTP-005
    Scenario: A field given twice
      # Two parsers may choose different ones: what was checked is then not what is stored.
      When "shorten" gets the body {"url": "https://example.com/a", "url": "https://example.com/b"}
      Then it is answered 400 with an error body

    @HTP-006
    Scenario Outline: <operation> is called with <parameter>=<value>
      When "<operation>" is called with "<parameter>" as "<value>"
      Then it is answered 400 with an error body

      Examples:
        | operation    | parameter | value      |
        | listUsers    | limit     | 0          |
        | listUsers    | limit     | 101        |
        | listUsers    | limit     | ten        |
        | listUsers    | cursor    | not-a-page |
        | listProducts | limit     | 0          |
        | listProducts | limit     | 101        |
        | listProducts | cursor    | not-a-page |
        | listOrders   | limit     | 101        |
        | listOrders   | cursor    | not-a-page |
        | listTodos    | page      | 0          |
        | listTodos    | per_page  | 101        |

  Rule: A body is application/json in UTF-8

    @HTP-007
    Scenario Outline: <operation> is called with a body of type "<type>"
      When "<operation>" is sent a body of type "<type>"
      Then it is answered 415 with an error body

      Examples:
        | operation     | type                              |
        | createUser    | text/plain                        |
        | register      | application/x-www-form-urlencoded |
        | createProduct | application/xml                   |
        | setStock      | text/plain                        |
        | createOrder   | multipart/form-data               |
        | shorten       | text/json                         |
        | createTodo    | text/plain                        |

    @HTP-008
    Scenario Outline: The charset may be named for <operation>
      When "<operation>" is sent a body of type "application/json; charset=UTF-8"
      Then it is not answered 415

      Examples:
        | operation  |
        | createUser |
        | register   |
        | shorten    |
        | createTodo |

    @HTP-009
    Scenario: Letters of every script come back as they went in
      When a product named "Bücherregal 本棚 🪑" is created
      Then the product is shown with that name

    @HTP-010
    Scenario Outline: <operation> answers JSON
      When "<operation>" is called as it should be
      Then the answer is application/json

      Examples:
        | operation        |
        | createUser       |
        | register         |
        | createProduct    |
        | setStock         |
        | shorten          |
        | listUsers        |
        | listProducts     |
        | listOrders       |
        | getJwks          |
        | registerTodoUser |
        | createTodo       |
        | listTodos        |

  Rule: A body has at most 1 MiB

    @HTP-011
    Scenario Outline: <operation> gets one byte more than 1 MiB
      When "<operation>" gets a body of 1048577 bytes
      Then it is answered 413 with an error body

      Examples:
        | operation        |
        | createUser       |
        | register         |
        | createProduct    |
        | setStock         |
        | createOrder      |
        | shorten          |
        | registerTodoUser |
        | createTodo       |

    @HTP-012
    Scenario: 1 MiB is not too much
      # Refused for what is in it, not for its size.
      When "createUser" gets a body of 1048576 bytes
      Then it is answered 400 with an error body
