"""Asks a tracking server with the real MLflow client. Arguments: its address, and JSON of a list of questions; prints their answers."""
import json
import sys

from mlflow import MlflowClient
from mlflow.entities import ViewType
from mlflow.exceptions import MlflowException

client = MlflowClient(tracking_uri=sys.argv[1])


def run_of(run):
    return {
        "id": run.info.run_id,
        "name": run.info.run_name,
        "experiment": run.info.experiment_id,
        "status": run.info.status,
        "start": run.info.start_time,
        "end": run.info.end_time,
        "params": run.data.params,
        "tags": run.data.tags,
        "metrics": run.data.metrics,
    }


def experiment_of(experiment):
    return {"id": experiment.experiment_id, "name": experiment.name, "stage": experiment.lifecycle_stage}


def pages_of(search):
    """All pages of a search, and how many there were."""
    items, pages, token = [], 0, None
    while True:
        page = search(token)
        items += page
        pages += 1
        token = page.token
        if not token:
            return {"items": items, "pages": pages}


def search_runs(experiments, max_results=1000, **rest):
    found = pages_of(
        lambda token: client.search_runs(experiments, max_results=max_results, page_token=token, **rest)
    )
    return {"runs": [run_of(run) for run in found["items"]], "pages": found["pages"]}


def search_experiments(max_results=1000, **rest):
    found = pages_of(
        lambda token: client.search_experiments(ViewType.ALL, max_results=max_results, page_token=token, **rest)
    )
    return {"experiments": [experiment_of(each) for each in found["items"]], "pages": found["pages"]}


def experiment_by_name(name):
    found = client.get_experiment_by_name(name)
    return None if found is None else experiment_of(found)


def history(run, metric):
    return [[m.step, m.value, m.timestamp] for m in client.get_metric_history(run, metric)]


def artifacts(run, path):
    folder = client.download_artifacts(run, path)
    with open(folder) as file:
        return file.read()


questions = {
    "search_runs": search_runs,
    "search_experiments": search_experiments,
    "experiment": lambda id: experiment_of(client.get_experiment(id)),
    "experiment_by_name": experiment_by_name,
    "run": lambda id: run_of(client.get_run(id)),
    "history": history,
    "artifact": artifacts,
    "list": lambda run, path=None: [each.path for each in client.list_artifacts(run, path)],
    "set_tag": lambda run: client.set_tag(run, "a", "b"),
    "create_run": lambda experiment: client.create_run(experiment).info.run_id,
    "delete_run": lambda run: client.delete_run(run),
    "log_metric": lambda run: client.log_metric(run, "a", 1.0),
    "models": lambda: [each.name for each in client.search_registered_models()],
}


def answer(question):
    name, *arguments = question
    keywords = arguments.pop() if arguments and isinstance(arguments[-1], dict) else {}
    try:
        return questions[name](*arguments, **keywords)
    except MlflowException as error:
        return {"error": error.error_code, "message": error.message}


json.dump([answer(question) for question in json.loads(sys.argv[2])], sys.stdout)
