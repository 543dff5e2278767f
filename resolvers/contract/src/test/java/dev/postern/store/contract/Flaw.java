package dev.postern.store.contract;

import java.util.Set;

/** One way to break the contract each, and the tests of the kit that must notice. */
enum Flaw {
  NONE(Reach.EXACT),
  CACHES_FOR_EVER(
      Reach.SPREADS,
      "promotionIsSeenThroughAnotherOpenStore",
      "secretPutByAPersonIsSeenByTheOpenStore"),
  CHECK_SEES_NOTHING(
      Reach.EXACT,
      "everyReadAfterCloseIsAnIllegalState",
      "refusedAgentIsDenied",
      "unreachableBackendIsUnavailable"),
  CLAIMS_LESS(
      Reach.EXACT, "capabilitiesAreTheExpectedOnes", "flagsThatAreNotClaimedAreUnsupported"),
  CLAIMS_NONSENSE(
      Reach.EXACT,
      "capabilitiesAreConsistent",
      "capabilitiesAreTheExpectedOnes",
      "promotionByAReadOnlyStoreIsUnsupported"),
  CLOSES_THE_CALLERS_FIELDS(Reach.EXACT, "promotedFieldsStayTheCallers"),
  CLOSING_TWICE_FAILS(
      Reach.EXACT,
      "closingTwiceDoesNothing",
      "errorsAndTextsShowNoValue",
      "everyReadAfterCloseIsAnIllegalState",
      "everyWriteAfterCloseIsAnIllegalState",
      "whatWasReadOutlivesTheStore"),
  DROPPING_DOES_NOTHING(
      Reach.EXACT, "droppingMakesRoomForAnotherRotation", "droppingRemovesTheOwnPendingVersion"),
  DROPPING_TAKES_ANOTHERS(Reach.EXACT, "droppingLeavesAnotherRotationsPendingVersion"),
  FIRST_FLAG_STAYS(Reach.EXACT, "newFlagReplacesTheOldOne"),
  FLAG_IS_NEVER_CLEARED(Reach.EXACT, "flagIsCleared", "flagOutlivesTheProcess"),
  HANDS_OUT_ITS_OWN_FIELDS(
      Reach.SPREADS,
      "closingWhatWasReadDoesNotHurtTheStore",
      "closingThePendingVersionReadDoesNotHurtTheStore"),
  KEEPS_THE_CALLERS_FIELDS(Reach.SPREADS, "stagedFieldsStayTheCallers"),
  LOOKING_AT_MANY_FORGETS_ONE(Reach.EXACT, "manyLooksSeeWhatOneSees"),
  MESSAGE_SHOWS_THE_VALUE(Reach.EXACT, "errorsAndTextsShowNoValue"),
  MISSING_IS_DENIED(
      Reach.EXACT,
      "flagOnAnUnknownPathIsNotFound",
      "manyLooksSeeWhatOneSees",
      "stagingOnAnUnknownPathIsNotFound",
      "unknownPathIsNotFound"),
  NAME_IS_MADE_UP(Reach.EXACT, "nameIsTheConfiguredOne"),
  PENDING_DIES_WITH_THE_PROCESS(
      Reach.EXACT, "pendingVersionIsReadByItsId", "pendingVersionOutlivesTheProcess"),
  PROMOTION_CLEARS_THE_FLAG(Reach.EXACT, "flagOutlivesPromotion"),
  PROMOTION_FORGETS_THE_PREVIOUS(
      Reach.EXACT, "previousVersionsAreKeptAsClaimed", "promotionOutlivesTheProcess"),
  PROMOTION_IGNORES_THE_EXPECTED(
      Reach.EXACT,
      "oneOfEightRacingRotationsWins",
      "promotingOverAnotherVersionIsAConflictAndChangesNothing"),
  PROMOTION_IS_NOT_IDEMPOTENT(
      Reach.EXACT,
      "onePromotionRepeatedByEightThreadsMakesOneVersion",
      "promotingTwiceChangesNothing",
      "promotionOutlivesTheProcess"),
  PROMOTION_LEAVES_PENDING(
      Reach.EXACT,
      "previousVersionsAreKeptAsClaimed",
      "promotionRemovesThePendingMark",
      "versionsAreNotDerivedFromValues"),
  PROMOTION_NEEDS_NO_STAGING(
      Reach.EXACT,
      "promotingAnotherRotationsPendingVersionIsNotFound",
      "promotingWithNothingPendingIsNotFound"),
  PROMOTION_RETURNS_THE_OLD_VERSION(
      Reach.SPREADS, "promotedVersionIsServed", "promotingTwiceChangesNothing"),
  PROMOTION_TAKES_ANY_PENDING(Reach.EXACT, "promotingAnotherRotationsPendingVersionIsNotFound"),
  READ_ONLY_IGNORES_WRITES(
      Reach.EXACT,
      "flagsThatAreNotClaimedAreUnsupported",
      "promotionByAReadOnlyStoreIsUnsupported",
      "stagingThatIsNotClaimedIsUnsupported"),
  STAGING_FORGETS_THE_ROTATION(Reach.SPREADS, "stagedVersionIsPendingWithItsRotation"),
  STAGING_IS_NOT_IDEMPOTENT(
      Reach.EXACT,
      "stagingOtherFieldsForTheSameRotationIsAConflict",
      "stagingTwiceReturnsTheSameVersion"),
  STAGING_MAKES_THE_PATH(Reach.EXACT, "stagingOnAnUnknownPathIsNotFound"),
  STAGING_REPLACES_ANOTHERS(Reach.EXACT, "stagingBesideAnotherRotationIsAConflict"),
  STAGING_REPLACES_ITS_OWN(Reach.EXACT, "stagingOtherFieldsForTheSameRotationIsAConflict"),
  STAGING_SERVES_AT_ONCE(Reach.SPREADS, "stagedVersionIsNotServed"),
  TORN_READ(Reach.EXACT, "readersNeverSeeAMixOfTwoVersions"),
  TRIMS_VALUES(Reach.EXACT, "valuesAreKeptByteForByte"),
  UNKNOWN_VERSION_IS_CURRENT(
      Reach.EXACT, "droppingRemovesTheOwnPendingVersion", "unknownVersionIsNotFound"),
  UNREACHABLE_IS_NOT_FOUND(Reach.EXACT, "unreachableBackendIsUnavailable"),
  VERSION_COMES_FROM_THE_VALUE(Reach.EXACT, "versionsAreNotDerivedFromValues"),
  WORKS_WHEN_CLOSED(
      Reach.EXACT, "everyReadAfterCloseIsAnIllegalState", "everyWriteAfterCloseIsAnIllegalState");

  /** Whether the named tests are all that can fail. */
  enum Reach {
    EXACT,
    /** Most tests need what is broken, so that others fail with the named ones. */
    SPREADS
  }

  private final Reach reach;
  private final Set<String> noticedBy;

  Flaw(Reach reach, String... noticedBy) {
    this.reach = reach;
    this.noticedBy = Set.of(noticedBy);
  }

  Reach reach() {
    return reach;
  }

  Set<String> noticedBy() {
    return noticedBy;
  }
}
