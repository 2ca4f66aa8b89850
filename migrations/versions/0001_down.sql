DROP VIEW activity_samples;
DROP FUNCTION hanbal_defer;
DROP TABLE checkpoints, checkpoint_blobs, checkpoint_writes, checkpoint_migrations;
DROP TABLE procrastinate_periodic_defers, procrastinate_events, procrastinate_jobs, procrastinate_workers CASCADE;
DO $$
DECLARE
  fn regprocedure;
  kind regtype;
BEGIN
  FOR fn IN SELECT oid FROM pg_proc
             WHERE pronamespace = 'public'::regnamespace AND proname LIKE 'procrastinate\_%' LOOP
    EXECUTE format('DROP FUNCTION %s CASCADE', fn);
  END LOOP;
  FOR kind IN SELECT oid FROM pg_type
               WHERE typnamespace = 'public'::regnamespace AND typname LIKE 'procrastinate\_job\_%' LOOP
    EXECUTE format('DROP TYPE %s CASCADE', kind);
  END LOOP;
END $$;
DROP TABLE
  accounts, activities, activity_metrics, activity_sources, activity_streams, athletes, daily_values,
  edits, entries, files, import_items, imports, login_links, messages,
  raw_payloads, run_events, runs, sessions, threads, thresholds CASCADE;
