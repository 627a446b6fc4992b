/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The loopback driver under the driver contract. */

#include "driver-contract.h"

#include "../loopback-config.h"
#include "../loopback-driver.h"

static const char *const good[] = {"phone-number", "+15550100003", NULL};

static const char *const bad_number[] = {"phone-number", "15550100003", NULL};
static const char *const bad_format[] = {"format", "opus", NULL};
static const char *const bad_delay[] = {"answer-delay-ms", "-1", NULL};
static const char *const no_file[] = {"play", "/nonexistent/hello.wav", NULL};
static const char *const no_wav[] = {"play", "/proc/self/status", NULL};
static const char *const bad_keys[] = {"play", "dtmf:12x", NULL};
static const char *const bad_dir[] = {"heard-dir", "/proc/nowhere", NULL};
static const char *const *const bad[] = {bad_number, bad_format, bad_delay, no_file,
					 no_wav,     bad_keys,   bad_dir,   NULL};

int
main(int argc, char *argv[])
{
	static const OffhookDriverContract contract = {
	    .name = "loopback",
	    .get_type = offhook_loopback_driver_get_type,
	    .settings = offhook_loopback_settings,
	    .good = good,
	    .bad = bad,
	};

	g_test_init(&argc, &argv, NULL);
	offhook_driver_contract_add_tests(&contract);
	return g_test_run();
}
