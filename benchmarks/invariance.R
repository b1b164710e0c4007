# Called by invariance.py: Rscript invariance.R FILE. Times semTools and lavaan on the complete rows of the items T1 to W5
# in the groups of column `group`, and writes seconds, versions and the numbers to compare as JSON.
needed <- c("jsonlite", "lavaan", "semTools")
missing <- needed[!vapply(needed, requireNamespace, logical(1), quietly = TRUE)]
if (length(missing)) {
  cat(sprintf('{"missing": [%s]}\n', paste0('"', missing, '"', collapse = ", ")))
  quit(status = 0)
}
suppressMessages({library(jsonlite); library(lavaan); library(semTools)})
repetitions <- 3
answers <- read.csv(commandArgs(trailingOnly = TRUE)[1])
items <- c(paste0("T", 1:5), paste0("N", 1:5), paste0("W", 1:5))
model <- paste(sapply(c("T", "N", "W"), function(f) paste0("f", f, " =~ ", paste0(f, 1:5, collapse = " + "))),
               collapse = "\n")
steps <- list("", "thresholds", c("thresholds", "loadings"), c("thresholds", "loadings", "intercepts"))

# Four steps and their difference tests, with the default (delta) parameterisation.
sequence <- function() {
  fits <- lapply(steps, function(equal) {
    syntax <- measEq.syntax(configural.model = model, data = answers, ordered = items, parameterization = "delta",
                            ID.fac = "std.lv", ID.cat = "Wu.Estabrook.2016", group = "group", group.equal = equal,
                            missing = "pairwise")
    cfa(as.character(syntax), answers, ordered = items, group = "group", estimator = "WLSMV", missing = "pairwise")
  })
  tests <- lapply(2:4, function(i) lavTestLRT(fits[[i - 1]], fits[[i]], method = "satorra.2000"))
  list(scaled = sapply(fits, fitMeasures, "chisq.scaled"), difference = sapply(tests, function(t) t[["Chisq diff"]][2]))
}
seconds <- numeric(repetitions)
for (i in seq_len(repetitions)) {
  seconds[i] <- system.time(value <- suppressMessages(suppressWarnings(sequence())))[["elapsed"]]
}
version <- function(package) as.character(packageVersion(package))
cat(toJSON(list(
  versions = list(R = paste(R.version$major, R.version$minor, sep = "."), lavaan = version("lavaan"),
                  semTools = version("semTools")),
  seconds = I(seconds), scaled = I(unname(value$scaled)), difference = I(unname(value$difference))
), digits = NA, auto_unbox = TRUE))
