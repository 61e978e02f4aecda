# SPDX-License-Identifier: AGPL-3.0-or-later
# Made harmonic_chicago.csv with R 4.2.2 and MASS 7.3-58.2, in this directory:
#     Rscript harmonic.R
# The regressions are glm() and glm.nb(); the peak's interval is Fieller's quadratic where there is
# one wave, uniroot() where there are two.
suppressMessages(library(MASS))
year <- 365.2425
weekly <- read.csv("chicago_weekly.csv")
start <- as.integer(as.Date(weekly$week_start))
people <- round(1e5 * (1 + 0.0004 * seq_along(start) + 0.05 * sin(seq_along(start) / 30)))

steps <- function(by, y) {
  if (by == 7) return(list(day = start, n = rep(7, length(start)), y = y, people = people))
  month <- seq(as.Date("2010-01-01"), as.Date("2019-12-01"), by = "month")
  ends <- c(as.integer(month[-1]), as.integer(as.Date("2020-01-01")))
  at <- findInterval(start, as.integer(month))
  list(day = as.integer(month), n = ends - as.integer(month),
       y = as.vector(tapply(y, factor(at, seq_along(month)), sum)), people = NULL)
}

# The mean of a wave over the days of a step, each at its middle.
wave <- function(f, h, s)
  mapply(function(d, n) mean(f(2 * pi * h * (d + seq_len(n) - 0.5) / year)), s$day, s$n)

design <- function(k, trend, s) {
  x <- cbind(a = rep(1, length(s$y)))
  for (h in seq_len(k)) x <- cbind(x, wave(sin, h, s), wave(cos, h, s))
  middle <- (s$day[1] + tail(s$day, 1) + tail(s$n, 1)) / 2
  if (trend) x <- cbind(x, (s$day + s$n / 2 - middle) / year)
  x
}

regress <- function(family, x, s, offset) {
  exact <- glm.control(epsilon = 1e-14, maxit = 200)
  if (family == 2) # NULL where the counts vary no more than Poisson
    return(tryCatch(suppressWarnings(glm.nb(s$y ~ x - 1 + offset(offset), control = exact)),
                    error = function(e) NULL))
  glm(s$y ~ x - 1 + offset(offset), family = poisson, control = exact)
}

angle_days <- function(angle, near) {
  d <- angle * year / (2 * pi)
  d + year * round((near - d) / year)
}

describe <- function(name, family, k, trend, by, with_people) {
  s <- steps(by, weekly[[name]])
  offset <- log(s$n) + (if (with_people) log(s$people) else 0)
  x <- design(k, trend, s)
  m <- regress(family, x, s, offset)
  m0 <- regress(family, design(0, trend, s), s, offset)
  if (is.null(m) || is.null(m0) || (family == 2 && max(m$theta, m0$theta) > 1e4)) return(NULL)
  p <- ncol(x)
  rest <- nrow(x) - p
  dispersion <- sum(residuals(m, "pearson")^2) / rest
  phi <- if (family == 0) max(dispersion, 1) else 1
  q <- if (family == 0) qt(0.975, rest) else qnorm(0.975)
  if (family == 0) {
    statistic <- (deviance(m0) - deviance(m)) / (2 * k) / phi
    test <- pf(statistic, 2 * k, rest, lower.tail = FALSE)
    aic <- -2 * as.numeric(logLik(m)) / phi + 2 * (p + 1)
  } else {
    statistic <- 2 * as.numeric(logLik(m) - logLik(m0))
    test <- pchisq(statistic, 2 * k, lower.tail = FALSE)
    aic <- AIC(m)
  }
  v <- vcov(m) * phi # of glm with family poisson: phi is 1 there
  b <- coef(m)[2:(2 * k + 1)]
  vb <- v[2:(2 * k + 1), 2:(2 * k + 1)]
  basis <- function(t) unlist(lapply(seq_len(k), function(h) c(sin(h * t), cos(h * t))))
  slope <- function(t) unlist(lapply(seq_len(k), function(h) c(h * cos(h * t), -h * sin(h * t))))
  g <- function(t) sum(b * basis(t))
  grid <- seq(0, 2 * pi, length.out = 2001)[-2001]
  values <- sapply(grid, g)
  around <- function(at, sign) uniroot(function(t) sum(b * slope(t)), at + c(-1, 1) * 2 * pi / 2000,
                                       tol = 1e-14)$root
  peak <- around(grid[which.max(values)])
  trough <- around(grid[which.min(values)])
  contrast <- basis(peak) - basis(trough)
  range <- sum(b * contrast)
  off <- q * sqrt(drop(contrast %*% vb %*% contrast))
  if (k == 1) {
    # (b1 - b2 u)^2 = q^2 (v11 - 2 v12 u + v22 u^2), u = tan
    A <- b[2]^2 - q^2 * vb[2, 2]; B <- -2 * (b[1] * b[2] - q^2 * vb[1, 2]); C <- b[1]^2 - q^2 * vb[1, 1]
    u <- (-B + c(-1, 1) * sqrt(B^2 - 4 * A * C)) / (2 * A)
    ends <- atan(u)
    ends <- sort(ends + pi * round((peak - ends) / pi))
  } else {
    f <- function(t) sum(b * slope(t))^2 - q^2 * drop(slope(t) %*% vb %*% slope(t))
    end <- function(side) {
      at <- peak
      while (f(at + side * 0.002) < 0 && abs(at - peak) < pi) at <- at + side * 0.002
      if (abs(at - peak) >= pi) return(NA) # no part of a year
      uniroot(f, sort(c(at, at + side * 0.002)), tol = 1e-14)$root
    }
    ends <- c(end(-1), end(1))
    if (anyNA(ends)) ends <- c(NA, NA)
  }
  middle <- (s$day[1] + tail(s$day, 1) + tail(s$n, 1)) / 2
  top <- angle_days(peak, middle)
  # one step's mean, its limits, and where a count would come
  i <- 100
  eta <- sum(x[i, ] * coef(m)) + offset[i]
  se <- sqrt(drop(x[i, ] %*% v %*% x[i, ]))
  mu <- exp(eta)
  more <- (phi - 1) / mu + (if (family == 2) 1 / m$theta else 0) + se^2
  y <- s$y[i]
  tail <- 2 * min(pnbinom(y, 1 / more, mu = mu), pnbinom(y - 1, 1 / more, mu = mu, lower.tail = FALSE))
  se_all <- sqrt(diag(v))
  data.frame(
    series = match(name, names(weekly)), family = family, harmonics = k, trend = as.integer(trend),
    by = by, people = as.integer(with_people), statistic = statistic, rest = rest, p = test, aic = aic,
    dispersion = dispersion, theta = if (family == 2) m$theta else NA,
    a = coef(m)[1], a_se = se_all[1], b1 = b[1], b1_se = se_all[2], c1 = b[2], c1_se = se_all[3],
    d = if (trend) coef(m)[p] else NA, d_se = if (trend) se_all[p] else NA,
    ratio = exp(range), ratio_low = exp(max(0, range - off)), ratio_high = exp(range + off),
    peak = top, peak_low = top - (peak - ends[1]) * year / (2 * pi),
    peak_high = top + (ends[2] - peak) * year / (2 * pi), trough = top + ((trough - peak) * year / (2 * pi)) %% year,
    expected = mu, expected_low = exp(eta - q * se), expected_high = exp(eta + q * se),
    low = qnbinom(0.025, 1 / more, mu = mu), high = qnbinom(0.975, 1 / more, mu = mu),
    p_step = min(1, tail), row.names = NULL)
}

rows <- list()
for (name in c("d1", "d7", "d16", "d20", "total"))
  for (family in 0:2)
    for (k in 1:2)
      for (case in list(c(1, 7, 0), c(0, 30, 0), c(1, 7, 1)))
        rows[[length(rows) + 1]] <- describe(name, family, k, case[1] == 1, case[2], case[3] == 1)
write.csv(format(do.call(rbind, rows), digits = 15, trim = TRUE, scientific = NA),
          "harmonic_chicago.csv", row.names = FALSE, quote = FALSE)
