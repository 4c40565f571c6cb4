@http
Feature: How services refuse

  Rule: A method that isn't offered is answered 405 with what is

    @HTP-020
    Scenario Outline: <method> <path> of <service>
      When "<method>" is sent to "<path>" of <service>
      Then it is answered 405 with an error body
      And the answer allows "<allowed>"

      Examples:
        | service      | method | path                  | allowed          |
        | users        | PATCH  | /users                | GET, POST        |
        | users-lambda | PATCH  | /users                | GET, POST        |
        | users        | POST   | /users/somebody       | DELETE, GET, PUT |
        | users-lambda | POST   | /users/somebody       | DELETE, GET, PUT |
        | users        | DELETE | /health               | GET              |
        | users-lambda | DELETE | /health               | GET              |
        | auth         | GET    | /register             | POST             |
        | auth         | PUT    | /login                | POST             |
        | auth         | DELETE | /me                   | GET              |
        | products     | DELETE | /products             | GET, POST        |
        | products     | PATCH  | /products/x           | DELETE, GET, PUT |
        | inventory    | DELETE | /inventory/x          | GET, PUT         |
        | orders       | PATCH  | /orders               | GET, POST        |
        | orders       | POST   | /orders/x             | DELETE, GET, PUT |
        | links        | PUT    | /shorten              | POST             |
        | links        | PATCH  | /links/abcdefg        | DELETE, GET      |
        | links        | POST   | /links/abcdefg/clicks | GET              |
        | todos        | GET    | /register             | POST             |
        | todos        | PUT    | /login                | POST             |
        | todos        | PATCH  | /todos                | GET, POST        |
        | todos        | POST   | /todos/1              | DELETE, GET, PUT |

  Rule: What isn't there is answered 404 with the error body

    @HTP-021 @reads
    Scenario Outline: A path that <service> doesn't know
      When "GET" is sent to "/there/is/no/such/path" of <service>
      Then it is answered 404 with an error body

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

  Rule: Who is known but not allowed is answered 403

    @HTP-022
    Scenario Outline: A customer calls <operation>
      When "<operation>" is called by a customer
      Then it is answered 403 "You are not allowed to do this."

      Examples:
        | operation      |
        | createProduct  |
        | replaceProduct |
        | deleteProduct  |
        | setStock       |

  Rule: Who is not known is answered 401 with the way to become known

    @HTP-023
    Scenario Outline: Nobody calls <operation>
      When "<operation>" is called by nobody
      Then it is answered 401 with an error body
      And the answer asks for "<scheme>"

      Examples:
        | operation      | scheme |
        | createProduct  | Bearer |
        | replaceProduct | Bearer |
        | deleteProduct  | Bearer |
        | setStock       | Bearer |
        | createOrder    | Bearer |
        | listOrders     | Bearer |
        | getOrder       | Bearer |
        | updateOrder    | Bearer |
        | cancelOrder    | Bearer |
        | me             | Bearer |
        | logout         | Bearer |
        | shorten        | ApiKey |
        | getLink        | ApiKey |
        | deleteLink     | ApiKey |
        | getLinkClicks  | ApiKey |
        | listTodos      | Bearer |
        | createTodo     | Bearer |
        | getTodo        | Bearer |
        | updateTodo     | Bearer |
        | deleteTodo     | Bearer |

    @HTP-024
    Scenario Outline: Credentials of another kind: "<header>"
      When "listOrders" is called with the credentials "<header>"
      Then it is answered 401 with an error body

      Examples:
        | header              |
        | Basic YWRhOmFkYQ==  |
        | Bearer              |
        | Bearer a b c        |
        | just-a-word         |

  Rule: Nothing a client sends is answered 500

    @HTP-025
    Scenario Outline: <operation> with <awkward>
      When "<operation>" gets <awkward>
      Then it is refused politely

      Examples: bodies
        | operation        | awkward                   |
        | createUser       | bytes that are no UTF-8   |
        | createUser       | a NUL character           |
        | createUser       | half a surrogate pair     |
        | createUser       | 100,000 opening brackets  |
        | register         | bytes that are no UTF-8   |
        | register         | a NUL character           |
        | register         | half a surrogate pair     |
        | createProduct    | 100,000 opening brackets  |
        | createProduct    | half a surrogate pair     |
        | createProduct    | a number of 5,000 digits  |
        | setStock         | a number of 5,000 digits  |
        | setStock         | a number that is infinite |
        | createOrder      | a number of 5,000 digits  |
        | createOrder      | a NUL character           |
        | shorten          | bytes that are no UTF-8   |
        | shorten          | 100,000 opening brackets  |
        | shorten          | half a surrogate pair     |
        | registerTodoUser | bytes that are no UTF-8   |
        | loginTodoUser    | a NUL character           |
        | createTodo       | a NUL character           |
        | createTodo       | half a surrogate pair     |
        | updateTodo       | 100,000 opening brackets  |

    @HTP-026 @reads
    Scenario Outline: <path> of <service>
      When "GET" is sent to "<path>" of <service>
      Then it is refused politely

      Examples:
        | service      | path              |
        | users        | /users/%00        |
        | users-lambda | /users/%00        |
        | users        | /users/%ff%fe     |
        | users-lambda | /users/%ff%fe     |
        | users        | /users/a%2Fb      |
        | users-lambda | /users/a%2Fb      |
        | products     | /products/%00     |
        | products     | /products/%ff     |
        | inventory    | /inventory/%ff    |
        | links        | /%00              |
        | links        | /%ff%fe           |
        | links        | /links/%ff/clicks |
        | todos        | /todos/%00        |
        | todos        | /todos/%ff%fe     |

      Examples: a parameter given twice, of which nobody knows which is meant
        | service      | path                   |
        | users        | /users?limit=1&limit=2 |
        | users-lambda | /users?limit=1&limit=2 |

  Rule: An unexpected request tells nothing about the inside

    @HTP-027
    Scenario Outline: <service> keeps its inside to itself
      When <service> gets requests it cannot like
      Then no answer names anything inside

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
