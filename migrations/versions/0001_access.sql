-- Who may see and do what. Roles exist already: they belong to the server (coach/store/postgres.py).
-- hanbal_app    one athlete at a time: the one named by coach.athlete in this transaction
-- hanbal_system all athletes, in a short list of tables
-- hanbal_owner  the owner; its policies let migrations and dumps see everything

DO $$
DECLARE
  owned text[] := ARRAY[
    'accounts', 'activities', 'activity_metrics', 'activity_sources', 'activity_streams',
    'daily_values', 'edits', 'entries', 'files', 'import_items',
    'imports', 'login_links', 'messages', 'raw_payloads', 'run_events',
    'runs', 'sessions', 'threads', 'thresholds'];
  across text[] := ARRAY[
    'athletes', 'accounts', 'login_links', 'sessions', 'runs', 'run_events', 'imports'];
  checkpoints text[] := ARRAY['checkpoints', 'checkpoint_blobs', 'checkpoint_writes'];
  me text := $me$nullif(current_setting('coach.athlete', true), '')$me$;
  mine text;
  name text;
BEGIN
  FOREACH name IN ARRAY owned || checkpoints || ARRAY['athletes'] LOOP
    mine := CASE
      WHEN name = 'athletes' THEN format('id = %s::bigint', me)
      -- LangGraph's tables have no owner column; our thread ids begin with "a<athlete>:".
      WHEN name = ANY (checkpoints) THEN format('split_part(thread_id, '':'', 1) = ''a'' || %s', me)
      ELSE format('athlete_id = %s::bigint', me)
    END;
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY app ON %I TO hanbal_app USING (%s) WITH CHECK (%s)', name, mine, mine);
    EXECUTE format('CREATE POLICY owner ON %I TO hanbal_owner USING (true) WITH CHECK (true)', name);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO hanbal_app', name);
  END LOOP;
  FOREACH name IN ARRAY across LOOP
    EXECUTE format('CREATE POLICY system ON %I TO hanbal_system USING (true) WITH CHECK (true)', name);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO hanbal_system', name);
  END LOOP;
END $$;

-- Who is an athlete, and who may log in as what, is decided by the system alone.
REVOKE INSERT, DELETE ON athletes FROM hanbal_app;
REVOKE INSERT, UPDATE, DELETE ON accounts FROM hanbal_app;
GRANT UPDATE (password_hash) ON accounts TO hanbal_app;

-- LangGraph's saver reads which of its migrations ran.
GRANT SELECT ON checkpoint_migrations TO hanbal_app;

-- The job queue: workers are the system. The app sees no job of anybody and adds only its own athlete's,
-- through hanbal_defer.
GRANT SELECT, INSERT, UPDATE, DELETE ON
  procrastinate_jobs, procrastinate_events, procrastinate_workers, procrastinate_periodic_defers
  TO hanbal_system;
GRANT USAGE ON SEQUENCE
  procrastinate_jobs_id_seq, procrastinate_events_id_seq, procrastinate_periodic_defers_id_seq,
  procrastinate_workers_id_seq
  TO hanbal_system;
DO $$
DECLARE
  fn regprocedure;
BEGIN
  FOR fn IN SELECT oid FROM pg_proc
             WHERE pronamespace = 'public'::regnamespace AND proname LIKE 'procrastinate\_%' LOOP
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', fn);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO hanbal_system', fn);
  END LOOP;
END $$;

CREATE FUNCTION hanbal_defer(job procrastinate_job_to_defer_v1) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  me bigint := nullif(current_setting('coach.athlete', true), '')::bigint;
BEGIN
  IF me IS NULL OR (job.args ->> 'athlete_id')::bigint IS DISTINCT FROM me THEN
    RAISE insufficient_privilege USING MESSAGE = 'a job is deferred for the athlete of the session';
  END IF;
  RETURN (procrastinate_defer_jobs_v1(ARRAY[job]))[1];
END $$;
REVOKE EXECUTE ON FUNCTION hanbal_defer FROM PUBLIC;
GRANT EXECUTE ON FUNCTION hanbal_defer TO hanbal_app;

-- One row per sample. An ordinary view would show every athlete to everybody.
CREATE VIEW activity_samples WITH (security_invoker = true) AS
SELECT t.athlete_id, a.activity_id, t.activity_source_id, x.sample, x.t * t.scale AS t_s,
       nullif(x.distance_m, 2147483647) * s_distance_m.scale AS distance_m,
       nullif(x.speed_mps, 'NaN') AS speed_mps,
       nullif(x.hr_bpm, 'NaN') AS hr_bpm,
       nullif(x.cadence_spm, 'NaN') AS cadence_spm,
       nullif(x.power_w, 'NaN') AS power_w,
       nullif(x.altitude_m, 'NaN') AS altitude_m,
       nullif(x.lat_deg, 2147483647) * s_lat_deg.scale AS lat_deg,
       nullif(x.lon_deg, 2147483647) * s_lon_deg.scale AS lon_deg,
       nullif(x.temperature_c, 'NaN') AS temperature_c,
       nullif(x.stride_length_m, 'NaN') AS stride_length_m,
       nullif(x.vertical_oscillation_mm, 'NaN') AS vertical_oscillation_mm,
       nullif(x.vertical_ratio_pct, 'NaN') AS vertical_ratio_pct,
       nullif(x.ground_contact_ms, 'NaN') AS ground_contact_ms,
       nullif(x.ground_contact_balance_pct, 'NaN') AS ground_contact_balance_pct,
       nullif(x.respiration_brpm, 'NaN') AS respiration_brpm
  FROM activity_streams t
  JOIN activity_sources a ON a.id = t.activity_source_id
  LEFT JOIN activity_streams s_distance_m
    ON (s_distance_m.activity_source_id, s_distance_m.kind, s_distance_m.channel) = (t.activity_source_id, 'standard', 'distance_m')
  LEFT JOIN activity_streams s_speed_mps
    ON (s_speed_mps.activity_source_id, s_speed_mps.kind, s_speed_mps.channel) = (t.activity_source_id, 'standard', 'speed_mps')
  LEFT JOIN activity_streams s_hr_bpm
    ON (s_hr_bpm.activity_source_id, s_hr_bpm.kind, s_hr_bpm.channel) = (t.activity_source_id, 'standard', 'hr_bpm')
  LEFT JOIN activity_streams s_cadence_spm
    ON (s_cadence_spm.activity_source_id, s_cadence_spm.kind, s_cadence_spm.channel) = (t.activity_source_id, 'standard', 'cadence_spm')
  LEFT JOIN activity_streams s_power_w
    ON (s_power_w.activity_source_id, s_power_w.kind, s_power_w.channel) = (t.activity_source_id, 'standard', 'power_w')
  LEFT JOIN activity_streams s_altitude_m
    ON (s_altitude_m.activity_source_id, s_altitude_m.kind, s_altitude_m.channel) = (t.activity_source_id, 'standard', 'altitude_m')
  LEFT JOIN activity_streams s_lat_deg
    ON (s_lat_deg.activity_source_id, s_lat_deg.kind, s_lat_deg.channel) = (t.activity_source_id, 'standard', 'lat_deg')
  LEFT JOIN activity_streams s_lon_deg
    ON (s_lon_deg.activity_source_id, s_lon_deg.kind, s_lon_deg.channel) = (t.activity_source_id, 'standard', 'lon_deg')
  LEFT JOIN activity_streams s_temperature_c
    ON (s_temperature_c.activity_source_id, s_temperature_c.kind, s_temperature_c.channel) = (t.activity_source_id, 'standard', 'temperature_c')
  LEFT JOIN activity_streams s_stride_length_m
    ON (s_stride_length_m.activity_source_id, s_stride_length_m.kind, s_stride_length_m.channel) = (t.activity_source_id, 'standard', 'stride_length_m')
  LEFT JOIN activity_streams s_vertical_oscillation_mm
    ON (s_vertical_oscillation_mm.activity_source_id, s_vertical_oscillation_mm.kind, s_vertical_oscillation_mm.channel) = (t.activity_source_id, 'standard', 'vertical_oscillation_mm')
  LEFT JOIN activity_streams s_vertical_ratio_pct
    ON (s_vertical_ratio_pct.activity_source_id, s_vertical_ratio_pct.kind, s_vertical_ratio_pct.channel) = (t.activity_source_id, 'standard', 'vertical_ratio_pct')
  LEFT JOIN activity_streams s_ground_contact_ms
    ON (s_ground_contact_ms.activity_source_id, s_ground_contact_ms.kind, s_ground_contact_ms.channel) = (t.activity_source_id, 'standard', 'ground_contact_ms')
  LEFT JOIN activity_streams s_ground_contact_balance_pct
    ON (s_ground_contact_balance_pct.activity_source_id, s_ground_contact_balance_pct.kind, s_ground_contact_balance_pct.channel) = (t.activity_source_id, 'standard', 'ground_contact_balance_pct')
  LEFT JOIN activity_streams s_respiration_brpm
    ON (s_respiration_brpm.activity_source_id, s_respiration_brpm.kind, s_respiration_brpm.channel) = (t.activity_source_id, 'standard', 'respiration_brpm')
 CROSS JOIN LATERAL unnest(
         t.ticks, s_distance_m.ticks, s_speed_mps.samples, s_hr_bpm.samples, s_cadence_spm.samples, s_power_w.samples, s_altitude_m.samples, s_lat_deg.ticks,
         s_lon_deg.ticks, s_temperature_c.samples, s_stride_length_m.samples, s_vertical_oscillation_mm.samples, s_vertical_ratio_pct.samples, s_ground_contact_ms.samples, s_ground_contact_balance_pct.samples, s_respiration_brpm.samples
       ) WITH ORDINALITY AS x (
         t, distance_m, speed_mps, hr_bpm, cadence_spm, power_w, altitude_m, lat_deg,
         lon_deg, temperature_c, stride_length_m, vertical_oscillation_mm, vertical_ratio_pct, ground_contact_ms, ground_contact_balance_pct, respiration_brpm, sample)
 WHERE t.kind = 'time';
GRANT SELECT ON activity_samples TO hanbal_app;
