-- Step 3: whether the server has ordered the account's mail erased (RemoteWipe): 0 no; 1 yes, and that comes before
-- anything else; 2 it is done, and nothing comes again until the person removes the account. The row remains as notice.

ALTER TABLE account ADD COLUMN wipe INTEGER NOT NULL DEFAULT 0 CHECK (wipe BETWEEN 0 AND 2);
CREATE INDEX account_by_wipe ON account (wipe) WHERE wipe = 1;
