# Usage: Rscript r/make_waves.R, in the folder of the data. Ordinal invariance between two waves of the same people; writes t20_waves.json.
suppressMessages({library(jsonlite); library(lavaan); library(semTools)})
keep <- c("chisq","df","pvalue","chisq.scaled","pvalue.scaled","chisq.scaling.factor","baseline.chisq","baseline.df","baseline.chisq.scaled","cfi","tli","cfi.scaled","tli.scaled","rmsea","rmsea.scaled","rmsea.ci.lower.scaled","rmsea.ci.upper.scaled")
steps <- list(configural="",thresholds="thresholds",loadings=c("thresholds","loadings"),intercepts=c("thresholds","loadings","intercepts"),residuals=c("thresholds","loadings","intercepts","residuals"))
D <- read.csv("waves.csv"); it <- names(D)
model <- paste(sapply(1:2,function(w) paste0("trust",w," =~ ",paste0("T",1:5,".",w,collapse="+"),"\nnorm",w," =~ ",paste0("N",1:5,".",w,collapse="+"))),collapse="\n")
long <- list(trust=c("trust1","trust2"),norm=c("norm1","norm2"))
items <- c(paste0("T",1:5),paste0("N",1:5)); ind <- setNames(lapply(items,function(i) paste0(i,c(".1",".2"))),items)
fit <- function(s,param,partial=NULL) { a <- list(configural.model=model,data=D,ordered=it,parameterization=param,ID.fac="std.lv",ID.cat="Wu.Estabrook.2016",longFacNames=long,longIndNames=ind,auto="all",long.equal=steps[[s]],missing="pairwise")
  if (!is.null(partial)) a$long.partial <- partial
  cfa(as.character(do.call(measEq.syntax,a)),D,ordered=it,parameterization=param,estimator="WLSMV",missing="pairwise") }
delta <- sapply(names(steps)[1:4],fit,param="delta"); theta <- sapply(names(steps)[4:5],fit,param="theta")
part <- fit("intercepts","delta",partial="T4 ~ 1")
f <- function(x) as.list(unclass(fitMeasures(x,keep)))
o <- list(n=lavInspect(delta[[1]],"nobs"),steps=lapply(c(delta,theta["residuals"],list(partial=part)),f))
cols <- function(d) lapply(as.list(d),function(x) I(as.vector(x)))
p <- parameterEstimates(delta$intercepts); o$intercepts <- cols(p[p$se>0 & p$op %in% c("~1","~~","=~"),c("lhs","op","rhs","est","se")])
p <- parameterEstimates(part); o$partial <- cols(p[p$se>0 & p$op %in% c("~1","~~","=~"),c("lhs","op","rhs","est","se")])
lrt <- function(f) { t <- lapply(2:length(f),function(i) as.data.frame(unclass(lavTestLRT(f[[i-1]],f[[i]],method="satorra.2000")),check.names=FALSE)); list(statistic=I(sapply(t,function(x) x[["Chisq diff"]][2])),df=I(sapply(t,function(x) x[["Df diff"]][2]))) }
o$difference <- lrt(delta); o$residuals_difference <- lrt(theta)
o$`_meta` <- list(R=R.version.string,packages=list(lavaan=as.character(packageVersion("lavaan")),semTools=as.character(packageVersion("semTools"))))
writeLines(toJSON(o,digits=NA,auto_unbox=TRUE,na="null",null="null"),"t20_waves.json")
