@todos @control
Feature: How often todos may be asked
  Addresses are this scenario's own: on a local stack each caller can come from one.

  Rule: 5 registrations a minute from one address

    @TOD-080
    Scenario: The sixth has to wait
      Given 5 people have signed up for todos from one address
      When Ada signs up for todos from that address
      Then Ada is told to wait at most 60 seconds, with 5 as the limit

    @TOD-081
    Scenario: Another address goes on
      Given 5 people have signed up for todos from one address
      When Ben signs up for todos
      Then Ben is told that he is registered

    @TOD-082
    Scenario: Registering as somebody behind another address
      # X-Forwarded-For is what the caller says, unless a proxy of ours has written it.
      Given 5 people have signed up for todos from one address
      When Ada signs up for todos from that address, saying that it comes from another
      Then Ada is told to wait at most 60 seconds, with 5 as the limit

  Rule: 10 logins a minute from one address

    @TOD-083
    Scenario: The eleventh has to wait, even with the right password
      Given Ada has signed up for todos
      And somebody has guessed 10 passwords from one address
      When Ada logs in to todos from that address
      Then Ada is told to wait at most 60 seconds, with 10 as the limit

    @TOD-084
    Scenario: Another address logs in
      # A limit on the username would let anybody lock Ada out.
      Given Ada has signed up for todos
      And somebody has guessed 10 of Ada's passwords from one address
      When Ada logs in to todos
      Then Ada gets a token of todos

    @TOD-085
    Scenario: Guessing as somebody behind another address
      Given somebody has guessed 10 passwords from one address
      When Ada logs in to todos from that address, saying that it comes from another
      Then Ada is told to wait at most 60 seconds, with 10 as the limit

  Rule: 100 lists an hour for one user

    @TOD-086
    Scenario: The hundred-and-first has to wait
      Given Ada has asked for her list 100 times
      When Ada asks for her list
      Then Ada is told to wait at most 3600 seconds, with 100 as the limit

    @TOD-087
    Scenario: Another token does not help
      Given Ada has asked for her list 100 times
      And Ada has logged in to todos again
      When Ada asks for her list with page=1
      Then Ada is told to wait at most 3600 seconds, with 100 as the limit

    @TOD-088
    Scenario: Other users and other things to do go on
      Given Ada has asked for her list 100 times
      When Ada notes "Wait" and Ben asks for his list
      Then neither of them is told to wait
