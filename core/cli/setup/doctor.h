/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * offhook doctor: what is looked at, and how a finding is told.
 */
#pragma once

#include "cli/client/client.h"
#include "cli/client/private-server.h"

G_BEGIN_DECLS

typedef enum {
	OFFHOOK_DOCTOR_OK,
	OFFHOOK_DOCTOR_WARNING, /* works, but not as it should */
	OFFHOOK_DOCTOR_ERROR,   /* calls will fail */
} OffhookDoctorResult;

typedef struct {
	OffhookClient *client;
	JsonArray *checks;            /* {check, result, message, advice} */
	guint n[3];                   /* of each result */
	gboolean running;             /* the server of the configuration does */
	gboolean can_ask;             /* that one, or one of our own, answers */
	gboolean misconfigured;       /* what is wrong with the configuration has been told */
	JsonArray *plugins;           /* (nullable): as the server tells of them */
	char *reached_by;             /* (nullable): a provider that can call us, as it said */
	char *unreached;              /* (nullable): "NAME: WHY" of one that can't */
	const char *clock_url;        /* (nullable): whose time is compared with ours */
	OffhookPrivateServer *server; /* (nullable): our own */
} OffhookDoctor;

/** Tells of a finding. @advice: (nullable): what to do */
void offhook_doctor_tell(OffhookDoctor *self, const char *check, OffhookDoctorResult result,
			 const char *advice, const char *format, ...) G_GNUC_PRINTF(5, 6);

/** The configuration, by the daemon's own eyes. */
void offhook_doctor_check_config(OffhookDoctor *self);
/** Database, disks, limits, clock, and the port while no server holds it. */
void offhook_doctor_check_machine(OffhookDoctor *self);
/** Finds the server, or starts one; then its plugins, engines and providers, and its way in. */
void offhook_doctor_check_server(OffhookDoctor *self);
/** Holds a call with itself. */
void offhook_doctor_check_audio(OffhookDoctor *self);

G_END_DECLS
