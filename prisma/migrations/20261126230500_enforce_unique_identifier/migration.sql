-- G12: AFTER sees what other triggers wrote, and ALWAYS also applies where session_replication_role is "replica".
DROP TRIGGER "User_uniqueIdentifier_is_permanent" ON "User";

CREATE TRIGGER "User_uniqueIdentifier_is_permanent" AFTER UPDATE ON "User"
  FOR EACH ROW WHEN (OLD."uniqueIdentifier" IS DISTINCT FROM NEW."uniqueIdentifier")
  EXECUTE FUNCTION "refuseUniqueIdentifierChange"();

ALTER TABLE "User" ENABLE ALWAYS TRIGGER "User_uniqueIdentifier_is_permanent";
