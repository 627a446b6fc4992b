/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What tests of agents without a telephone start from.
 */
#pragma once

#include "fixture.h"
#include "service.h"

G_BEGIN_DECLS

typedef struct {
	Fixture fixture;
	Service *service;
} Desk;

/** Adds a test. */
void desk_add(const char *path, void (*test)(Desk *self, gconstpointer data));

/** POSTs a message. (transfer full): the reply's `response` */
JsonObject *desk_send(Desk *self, const char *path, const char *body);
/** @field: (nullable): the one that the refusal names */
void desk_expect_refusal(Desk *self, const char *method, const char *path, const char *body,
			 guint status, const char *code, const char *field);

G_END_DECLS
