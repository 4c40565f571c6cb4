@media @function.processUpload @serial @control @fixture.interruption
Feature: Losing no upload when the gallery dies
  The gallery may die at any moment. Each upload is still processed, and processed once.

  Rule: An upload is processed once even when the gallery dies in the middle of it

    @MED-040
    Scenario Outline: It dies <moment>
      Given the gallery is caught <doing> of the JPEG "holiday.jpg"
      When the gallery dies before it is done and is started again
      Then "holiday.jpg" is soon described: name, bucket, size, type, fingerprint and time of the upload
      And the thumbnail of "holiday.jpg" is soon a JPEG of 128 by 64 pixels
      And nothing is put aside in the end

      Examples:
        | moment                               | doing                      |
        | before it has read the picture       | reading the picture        |
        | before the description is written    | writing the description    |
        | between description and thumbnail    | storing the thumbnail      |
        | before it notes that all is done     | looking at the picture again |
        | while it notes that all is done      | closing the description    |

    @MED-041
    Scenario: It dies before a file that is no picture is put aside
      # Noting that it was put aside before doing so would lose it.
      Given the gallery is caught putting aside the text "holiday.jpg"
      When the gallery dies before it is done and is started again
      Then "holiday.jpg" is soon put aside because it is no image
      And "holiday.jpg" is put aside once in the end

    @MED-042
    Scenario: It dies after the thumbnail is stored, without learning so
      Given the gallery is caught storing the thumbnail of the JPEG "holiday.jpg"
      When the gallery dies, it is done nevertheless, and the gallery is started again
      Then the thumbnail of "holiday.jpg" is soon a JPEG of 128 by 64 pixels
      And nothing is put aside in the end

  Rule: An upload that is gone before it is looked at leaves no trace

    @MED-043
    Scenario: A picture deleted meanwhile
      Given Ada has uploaded the JPEG "holiday.jpg" while the gallery rests
      And Ada has deleted "holiday.jpg"
      When the gallery works again
      Then the gallery soon has nothing left to do
      And "holiday.jpg" leaves no trace

  Rule: What fails for the moment is tried again, and not put aside

    @MED-044
    Scenario Outline: The gallery cannot go on <doing>
      # Its own tries are used up then: only the message can come again.
      Given the gallery is refused <doing> of the JPEG "holiday.jpg", and asks for the last time
      When it is refused once more
      Then "holiday.jpg" is soon described: name, bucket, size, type, fingerprint and time of the upload
      And the thumbnail of "holiday.jpg" is soon a JPEG of 128 by 64 pixels
      And nothing is put aside in the end

      Examples:
        | doing                   |
        | reading the picture     |
        | writing the description |
        | storing the thumbnail   |
