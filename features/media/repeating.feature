@media @function.processUpload @control
Feature: Processing an upload once in effect
  Messages may come twice, late, and in any order.

  Rule: The same message twice changes nothing

    @MED-030
    Scenario: A picture
      # Making the thumbnail anew would give it another trace.
      Given Ada has uploaded the JPEG "holiday.jpg" and the gallery was told of it
      When the gallery is told of "holiday.jpg" once more in the same words
      Then in the end description and thumbnail of "holiday.jpg" are what they were

    @MED-031
    Scenario: A file that is no picture
      Given Ada has uploaded a text as "holiday.jpg" and the gallery was told of it
      When the gallery is told of "holiday.jpg" once more in the same words
      Then in the end description and thumbnail of "holiday.jpg" are what they were
      And "holiday.jpg" was put aside no more often than before

  Rule: The later upload wins

    @MED-032
    Scenario: A picture is replaced by another
      Given Ada has uploaded the JPEG "holiday" and it was processed
      When Ada uploads the PNG "holiday" of 60 by 30 pixels
      Then the thumbnail of "holiday" is soon a JPEG of 60 by 30 pixels
      And "holiday" is soon described: name, bucket, size, type, fingerprint and time of the upload

    @MED-033
    Scenario: The message about the earlier upload comes last
      # Believing the message, and not the bucket, would bring the earlier state back.
      Given Ada has uploaded the JPEG "holiday" and it was processed
      And Ada has uploaded the PNG "holiday" of 60 by 30 pixels and it was processed
      When the gallery is told of the earlier "holiday" at last
      Then in the end description and thumbnail of "holiday" are what they were

    @MED-034
    Scenario: A picture is replaced by something that is none
      Given Ada has uploaded the JPEG "holiday.jpg" and it was processed
      When Ada uploads a text as "holiday.jpg"
      Then "holiday.jpg" is soon put aside because it is no image
      And "holiday.jpg" has no thumbnail

  Rule: One message may tell of many uploads

    @MED-035
    Scenario: Three uploads in one message, one of them gone
      Given Ada has uploaded the JPEG "one.jpg" and it was processed
      And Ada has uploaded the JPEG "two.jpg" and it was processed
      And the thumbnails were lost
      When the gallery is told of "one.jpg", "two.jpg" and "gone.jpg" in one message
      Then the gallery soon has dealt with that message
      And the thumbnails of "one.jpg" and "two.jpg" are there
      And "gone.jpg" leaves no trace
